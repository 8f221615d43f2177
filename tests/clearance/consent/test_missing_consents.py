from datetime import date

import polars as pl
import pytest

from nanoward.clearance import unconsented_people, unconsented_samples


def samples(*taken: date | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sample": [f"s{place}" for place in range(len(taken))],
            "participant": ["p"] * len(taken),
            "taken": list(taken),
        },
        schema_overrides={"taken": pl.Date},
    )


def signed(*days: date) -> pl.DataFrame:
    return pl.DataFrame(
        {"participant": ["p"] * len(days), "signed": list(days)},
        schema={"participant": pl.String, "signed": pl.Date},
    )


def withdrew(day: date) -> pl.DataFrame:
    return pl.DataFrame({"participant": ["p"], "withdrawn": [day]})


@pytest.mark.hazard("H-08")
def test_a_sample_of_a_person_who_never_consented_is_an_error() -> None:
    (found,) = unconsented_samples(samples(date(2026, 1, 1)), signed())
    assert (found.code, found.severity, found.subject) == ("CLR-020", "error", "p")
    assert "s0" in found.message


def test_a_sample_on_the_day_of_consent_is_fine_and_one_before_is_not() -> None:
    days = (date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 11))
    found = unconsented_samples(samples(*days), signed(date(2026, 1, 10)))
    assert [(one.code, "s0" in one.message) for one in found] == [("CLR-021", True)]


def test_a_sample_after_withdrawal_is_an_error_until_consent_is_given_anew() -> None:
    consent, left, again = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
    days = (left, date(2026, 2, 2), date(2026, 3, 2))
    found = unconsented_samples(samples(*days), signed(consent), withdrew(left))
    assert [one.code for one in found] == ["CLR-022", "CLR-022"]
    found = unconsented_samples(samples(*days), signed(consent, again), withdrew(left))
    assert [one.message.split()[1] for one in found] == ["s1"]


def test_a_sample_without_a_day_is_doubted_only_without_any_consent() -> None:
    assert unconsented_samples(samples(None), signed(date(2026, 1, 1))) == ()
    assert [one.code for one in unconsented_samples(samples(None), signed())] == ["CLR-020"]


def test_people_without_a_consent_are_told_and_doses_before_it_are_errors() -> None:
    dm = pl.DataFrame(
        {
            "USUBJID": ["fine", "early", "never", "none"],
            "RFICDTC": ["2026-01-01", "2026-01-09", None, None],
        }
    )
    ex = pl.DataFrame({"USUBJID": ["fine", "early", "never"], "EXSTDTC": ["2026-01-05"] * 3})
    found = unconsented_people({"DM": dm, "EX": ex})
    assert [(one.code, one.subject) for one in found] == [
        ("CLR-023", "early"),
        ("CLR-023", "never"),
        ("CLR-024", "none"),
    ]
