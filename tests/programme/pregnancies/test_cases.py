"""Cases folded from entries: what goes on, what ended, what nobody may write."""

from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.base.entries.pregnancies import (
    PregnancyConsentAsked,
    PregnancyConsentSigned,
    PregnancyConsentWithdrawn,
    PregnancyContactMade,
    PregnancyDated,
    PregnancyEnded,
    PregnancyReported,
)
from nanoward.programme.pregnancies.cases import (
    OUTCOMES,
    PregnancyConsentMissingError,
    conception_faults,
    may_write,
    outcome_faults,
    pregnancy_register,
)

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def reported(
    case: str = "c", relation: str = "participant", day: date = DAY
) -> PregnancyReported:
    return PregnancyReported(case=case, participant="P1", relation=relation, source="test",
                             prospective=True, reported=day, at=NOW, by="n")  # fmt: skip


def dated(first: date, last: date) -> PregnancyDated:
    return PregnancyDated(case="c", participant="P1", earliest=first, latest=last,
                          evidence="tests", assumes_growth=False, by="n")  # fmt: skip


def ended(outcome: str = "live birth", day: date = DAY, fetus: int = 1) -> PregnancyEnded:
    return PregnancyEnded(case="c", participant="P1", fetus=fetus, outcome=outcome, first=day,
                          last=day, anomaly="none", infant="", by="n")  # fmt: skip


def test_a_case_goes_on_until_every_fetus_has_an_outcome() -> None:
    seen = PregnancyContactMade(case="c", participant="P1", day=DAY, reached=True,
                                is_pregnant=True, fetuses=2, by="n")  # fmt: skip
    register = pregnancy_register([reported(), seen, ended("induced")])
    known = register.case("c")
    assert (known.is_ongoing, known.ended, known.fetuses) == (True, None, 2)
    known = pregnancy_register([reported(), seen, ended("induced"), ended(fetus=2)]).case("c")
    assert (known.is_ongoing, known.ended, known.outcome) == (False, DAY, "induced, live birth")


@pytest.mark.hazard("H-348")
def test_consent_of_her_own_decides_what_may_be_written() -> None:
    asked = PregnancyConsentAsked(case="c", relation="partner", asked=DAY, by="n")
    signed = PregnancyConsentSigned(case="c", participant="P1", consent_sha256="a", signed=DAY,
                                    by="n")  # fmt: skip
    left = PregnancyConsentWithdrawn(case="c", participant="P1", withdrawn=DAY, by="n")
    told = [asked, reported(relation="partner")]
    with pytest.raises(PregnancyConsentMissingError):
        may_write(pregnancy_register(told), "c")
    assert may_write(pregnancy_register([*told, signed]), "c").case == "c"
    with pytest.raises(PregnancyConsentMissingError):
        may_write(pregnancy_register([*told, signed, left]), "c")
    assert may_write(pregnancy_register([*told, signed, left, signed]), "c").withdrawn is None
    late = pregnancy_register([asked, signed, left, reported(relation="partner")])
    with pytest.raises(PregnancyConsentMissingError):
        may_write(late, "c")


@pytest.mark.hazard("H-347")
def test_impossible_days_are_told_one_by_one() -> None:
    known = pregnancy_register([reported(), dated(DAY - timedelta(40), DAY - timedelta(33))])
    case = known.case("c")
    birth = ended(day=DAY - timedelta(50))
    assert "not after conception" in " ".join(outcome_faults(case, birth, DAY))
    assert outcome_faults(case, ended(day=DAY), DAY) == ()
    twice = pregnancy_register([reported(), ended("induced")]).case("c")
    assert "has an outcome: induced" in outcome_faults(twice, ended(), DAY)[0]
    late = outcome_faults(case, ended(day=DAY + timedelta(1)), DAY)
    assert "today is" in late[0]
    case.ends[1] = birth
    assert "before conception" in conception_faults(case, DAY - timedelta(3), DAY, DAY)[0]
    assert "after its report" in conception_faults(case, DAY + timedelta(1), DAY, DAY)[1]


def test_the_list_of_outcomes_is_closed() -> None:
    assert len(OUTCOMES) == len(set(OUTCOMES)) == 9
    assert "no outcome is called" in outcome_faults(
        pregnancy_register([reported()]).case("c"), ended("healthy"), DAY
    )[0]  # fmt: skip
