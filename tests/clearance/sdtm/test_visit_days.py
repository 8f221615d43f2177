import polars as pl
import pytest

from nanoward.clearance.sdtm.visit_days import without_misplaced


def lab(*days: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "USUBJID": ["p"] * len(days),
            "LBSEQ": list(range(1, len(days) + 1)),
            "VISITNUM": [9.0] * len(days),
            "LBDTC": days,
        }
    )


SV = pl.DataFrame({"USUBJID": ["p"], "VISITNUM": [9.0], "SVSTDTC": ["2026-05-25"]})


@pytest.mark.hazard("H-128")
def test_a_result_of_another_year_than_its_visit_has_no_day() -> None:
    tables, found = without_misplaced({"LB": lab("2026-05-25", "2025-05-25"), "SV": SV})
    assert tables["LB"]["LBDTC"].to_list() == ["2026-05-25", "? 2025-05-25"]
    assert [(one.code, one.subject) for one in found] == [("CLR-066", "p")]


def test_days_within_two_months_of_their_visit_stay() -> None:
    domains = {"LB": lab("2026-05-25", "2026-06-20"), "SV": SV}
    assert without_misplaced(domains)[1] == ()
    assert without_misplaced({"LB": lab("2026-05-25").drop("VISITNUM")})[1] == ()


def test_other_domains_tell_of_a_visit_and_61_days_are_too_far() -> None:
    two = pl.DataFrame(
        {"USUBJID": ["p"] * 2, "VISITNUM": [9.0] * 2, "SVSTDTC": ["2026-05-25"] * 2}
    )
    for day, odd in (("2026-07-24", ""), ("2026-07-25", "? ")):
        tables, found = without_misplaced({"LB": lab(day), "SV": two})
        assert tables["LB"]["LBDTC"].to_list() == [f"{odd}{day}"]
        assert len(found) == bool(odd)
    apart = pl.DataFrame(
        {"USUBJID": ["q", "p"], "VISITNUM": [9.0, 8.0], "SVSTDTC": ["2026-05-25"] * 2}
    )
    assert without_misplaced({"LB": lab("2025-05-25"), "SV": apart})[1] == ()
    both = pl.concat([lab("2025-05-25"), lab("2026-05-25").with_columns(USUBJID=pl.lit("q"))])
    told, found = without_misplaced({"LB": both, "SV": two})
    assert told["LB"]["LBDTC"].to_list() == ["? 2025-05-25", "2026-05-25"]
    assert [one.subject for one in found] == ["p"]
