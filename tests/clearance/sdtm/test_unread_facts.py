import polars as pl
import pytest

from nanoward.clearance.sdtm.unread_facts import names_meant, unread_facts


def table(**columns: str | None) -> pl.DataFrame:
    return pl.DataFrame({name: [cell] for name, cell in columns.items()})


DM = table(USUBJID="P004", RFICDTC="2026-03-23")


@pytest.mark.parametrize(
    ("domains", "word"),
    [
        ({"DM": table(USUBJID="P004", RFICDTC="? 2062-03-23")}, "consent"),
        ({"DM": table(USUBJID="P004", RFICDTC="2026-01-11/2026-11-01")}, "consent"),
        ({"DM": table(USUBJID="P004", RFICDTC="2026-03-23", DTHFL="perhaps")}, "died"),
        ({"DM": DM, "EX": table(USUBJID="P004", EXSTDTC="soon")}, "dose"),
        ({"DM": DM, "DS": table(USUBJID="P004", DSDECOD="GONE", DSCAT=None)}, "gone"),
        ({"DM": DM, "DS": table(USUBJID="P004", DSDECOD="UNREAD", DSTERM="odd")}, "odd"),
        ({"DM": DM, "AE": table(USUBJID="p4", AETERM="x")}, "p4"),
    ],
)
@pytest.mark.hazard("H-121")
def test_what_cannot_be_read_of_a_person_is_said(
    domains: dict[str, pl.DataFrame], word: str
) -> None:
    ((who, told),) = unread_facts(domains).iter_rows()
    assert who == "P004"
    assert word in told


def test_nothing_is_said_of_sound_records() -> None:
    ds = table(USUBJID="P004", DSDECOD="RANDOMIZED", DSCAT="PROTOCOL MILESTONE")
    other = table(USUBJID="P004", DSDECOD="ODD VISIT", DSCAT="OTHER EVENT")
    for sound in (ds, other):
        assert unread_facts({"DM": DM, "DS": sound}).is_empty()
    assert names_meant({"DM": DM}) == {}
