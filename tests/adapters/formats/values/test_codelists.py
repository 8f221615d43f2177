import pytest

from nanoward.adapters.formats.values.codelists import DISPOSITION, INDICATOR, OUTCOME, SEVERITY


@pytest.mark.parametrize(
    "text", ["Dead", "DIED", "PATIENT DIED", "deceased", "DEATH", "Exitus"]
)
@pytest.mark.hazard("H-119")
def test_every_word_for_death_is_a_death(text: str) -> None:
    assert DISPOSITION.read(text).meant == "DEATH"
    assert OUTCOME.read(text).meant == "FATAL"


@pytest.mark.parametrize(
    "text",
    [
        *("WITHDRAWAL BY PARTICIPANT", "Withdrew consent", "SUBJECT WITHDREW", "wd consent"),
        *("Consent revoked", "PATIENT REFUSES TO CONTINUE", "dropped out", "WITHDRAWN"),
    ],
)
@pytest.mark.hazard("H-119")
def test_every_word_for_leaving_of_ones_own_will_is_a_withdrawal(text: str) -> None:
    assert DISPOSITION.read(text).meant == "WITHDRAWAL BY SUBJECT"


@pytest.mark.parametrize(
    "text", ["INFORMED CONSENT REFUSED", "CONSENT DECLINED", "consent not given"]
)
@pytest.mark.hazard("H-119")
def test_a_consent_that_was_refused_is_none(text: str) -> None:
    assert DISPOSITION.read(text).meant == "CONSENT REFUSED"


@pytest.mark.parametrize(("text", "meant"), [("Grade 4", "4"), ("IV", "4"), ("sev", "SEVERE")])
def test_severities_are_read_by_word_and_grade(text: str, meant: str) -> None:
    assert SEVERITY.read(text).meant == meant


def test_a_denied_outcome_is_not_read_as_its_contrary() -> None:
    assert OUTCOME.read("unresolved").meant == "NOT RECOVERED/NOT RESOLVED"
    assert DISPOSITION.read("INCOMPLETE").meant == ""
    assert INDICATOR.read("panic low").meant == "CRITICAL"
