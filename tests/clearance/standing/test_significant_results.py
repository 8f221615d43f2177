import polars as pl
import pytest

from nanoward.clearance.standing.significant_results import significant_results
from nanoward.clearance.standing.standing_rules import CLEARED, HELD


def ecg(words: str, flag: str = "") -> dict[str, pl.DataFrame]:
    cells = {"EGTESTCD": "INTP", "EGSTRESC": words, "EGCLSIG": flag, "EGDTC": "2026-05-01"}
    return {"EG": pl.DataFrame({name: [cell] for name, cell in
                                {"USUBJID": "P1", **cells}.items()})}  # fmt: skip


@pytest.mark.hazard("H-259")
@pytest.mark.parametrize(
    ("words", "flag", "levels"),
    [
        ("ABNORMAL, CLINICALLY SIGNIFICANT", "", [HELD]),
        ("Ventricular tachycardia", "", [HELD]),
        ("ABNORMAL", "Y", [HELD]),
        ("ABNORMAL", "", [CLEARED]),
        ("ABNORMAL, NOT CLINICALLY SIGNIFICANT", "", []),
        ("SUPRAVENTRICULAR TACHYCARDIA", "", []),
        ("NORMAL", "N", []),
    ],
)
def test_what_is_called_significant_holds(words: str, flag: str, levels: list[int]) -> None:
    assert [level for _, _, _, level, *_ in significant_results(ecg(words, flag))] == levels


def test_of_abnormal_days_that_nobody_weighs_only_the_last_is_asked_about() -> None:
    rows = [ecg("ABNORMAL")["EG"].with_columns(EGDTC=pl.lit(f"2026-05-0{n}")) for n in (1, 2)]
    found = list(significant_results({"EG": pl.concat(rows)}))
    assert [code for *_, code, _ in found] == [None, "CLR-078"]
    assert found[1][4].endswith("on 2026-05-02, and nobody says how much that means")
