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
