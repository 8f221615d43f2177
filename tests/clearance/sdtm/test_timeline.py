from datetime import date

import polars as pl

from nanoward.base.tables import TIMELINE
from nanoward.clearance.sdtm.timeline import timeline
from nanoward.maths.frames import schema_of


def domains() -> dict[str, pl.DataFrame]:
    return {
        "DM": pl.DataFrame({"USUBJID": ["P1", "P2"], "RFICDTC": ["2026-01-02", None]}),
        "EX": pl.DataFrame(
            {
                "USUBJID": ["P1", "P1", "P2"],
                "EXTRT": ["AGENT", "AGENT", "AGENT"],
                "EXDOSE": [54.0, 40.5, 1.0],
                "EXDOSU": ["mg", "mg", "mg"],
                "EXSTDTC": ["2026-01-05", "2026-01-20", "2026-01-06"],
                "EXENDTC": ["2026-01-19", None, None],
                "EXOCCUR": [None, None, "N"],
            }
        ),
        "DS": pl.DataFrame(
            {
                "USUBJID": ["P1"],
                "DSDECOD": ["WITHDRAWAL BY SUBJECT"],
                "DSCAT": ["DISPOSITION EVENT"],
                "DSSTDTC": ["2026-02-01"],
            }
        ),
    }


def told(table: pl.DataFrame) -> list[tuple[object, ...]]:
    return table.select("participant", "day", "until", "kind", "what").rows()


def test_consents_doses_samples_and_leaving_stand_in_order() -> None:
    samples = pl.DataFrame(
        {"sample": ["S1"], "participant": ["P1"], "taken": [date(2026, 1, 12)]}
    )
    assert told(timeline(domains(), samples)) == [
        ("P1", date(2026, 1, 2), None, "consent", "signed"),
        ("P1", date(2026, 1, 5), date(2026, 1, 19), "dose", "AGENT 54 mg"),
        ("P1", date(2026, 1, 12), None, "sample", "S1"),
        ("P1", date(2026, 1, 20), None, "dose", "AGENT 40.5 mg"),
        ("P1", date(2026, 2, 1), None, "left", "withdrawal by subject"),
    ]


def test_a_dose_that_was_not_given_is_no_dose() -> None:
    assert "P2" not in timeline(domains())["participant"].to_list()


def test_without_any_domain_there_are_no_rows_but_all_columns() -> None:
    found = timeline({})
    assert found.is_empty()
    assert dict(found.schema) == schema_of(TIMELINE)


def test_the_order_of_the_rows_changes_nothing() -> None:
    turned = {name: table.reverse() for name, table in domains().items()}
    assert timeline(turned).equals(timeline(domains()))
