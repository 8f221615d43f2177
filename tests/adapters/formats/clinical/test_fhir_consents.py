from typing import Any

import pytest

from nanoward.adapters.formats.clinical.fhir_consents import consent, with_ends
from nanoward.adapters.formats.clinical.fhir_node import Node, Notes

GIVEN: dict[str, Any] = {
    "resourceType": "Consent",
    "status": "active",
    "scope": {"coding": [{"code": "research"}]},
    "category": [{"coding": [{"code": "59284-0"}]}],
    "dateTime": "2026-01-02",
    "performer": [{"reference": "Patient/p"}],
    "provision": {"type": "permit"},
}


def terms(studies: tuple[str, ...] = (), **changed: Any) -> list[tuple[str, str | None]]:
    node = Node(value=GIVEN | changed, path="", row=1, notes=Notes("c.json"))
    rows = [row for _, row in consent(node, "p", frozenset(studies))]
    return [(row["DSDECOD"], row["DSSTDTC"]) for row in rows]


OBTAINED = [("INFORMED CONSENT OBTAINED", "2026-01-02")]


def test_an_active_own_permit_for_research_is_a_consent() -> None:
    assert terms() == OBTAINED
    assert terms(category=[{"text": "x"}]) == OBTAINED
    assert terms(provision={"type": "permit", "provision": [{"type": "permit"}]}) == OBTAINED


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "inactive"},
        {"status": None},
        {"status": "draft"},
        {"category": [{"text": "Photo consent"}]},
        {"category": [{"coding": [{"code": "npp"}]}]},
        {"performer": [{"reference": "Patient/q"}]},
        {"modifierExtension": [{"url": "x"}]},
        {"implicitRules": "http://x"},
        {"provision": {"type": "permit", "provision": [{"type": "deny"}]}},
        {"provision": {"type": "permit", "period": {"end": "2025-12-31"}}},
        {"scope": {"coding": [{"code": "treatment"}]}},
    ],
)
@pytest.mark.hazard("H-122")
def test_what_is_no_consent_to_this_study_is_none(changed: dict[str, Any]) -> None:
    assert terms(**changed) == []


@pytest.mark.hazard("H-122")
def test_a_denial_is_a_refusal_and_of_an_inactive_consent_a_withdrawal() -> None:
    denied = {"type": "deny", "provision": [{"type": "permit"}]}
    assert terms(provision=denied) == [("CONSENT REFUSED", "2026-01-02")]
    assert terms(status="rejected") == [("CONSENT REFUSED", "2026-01-02")]
    ended = {"type": "deny", "period": {"end": "2026-02-01"}}
    assert terms(status="inactive", provision=ended)[1] == ("CONSENT WITHDRAWN", "2026-02-01")


@pytest.mark.hazard("H-122")
def test_a_consent_to_another_study_is_none() -> None:
    other = {"type": "permit", "data": [{"reference": {"reference": "ResearchStudy/2"}}]}
    assert terms(("ResearchStudy/1",), provision=other) == []
    assert terms(("ResearchStudy/2",), provision=other) == OBTAINED


@pytest.mark.hazard("H-122")
def test_a_consent_ends_unless_another_takes_over() -> None:
    def given(day: str, end: str | None) -> dict[str, Any]:
        row = {"USUBJID": "p", "DSDECOD": "INFORMED CONSENT OBTAINED", "DSSTDTC": day}
        return {**row, "END": end, "line": 1}

    first, second = given("2026-01-02", "2026-06-30"), given("2026-05-01", None)
    alone = [(one["DSDECOD"], one["DSSTDTC"]) for one in with_ends([first])]
    assert alone == [*OBTAINED, ("CONSENT EXPIRED", "2026-06-30")]
    assert all(one["DSDECOD"] != "CONSENT EXPIRED" for one in with_ends([first, second]))


@pytest.mark.parametrize(("status", "told"), [("inactive", "inactive"), (None, "not told")])
def test_the_status_that_makes_it_no_consent_is_named(status: str | None, told: str) -> None:
    notes = Notes("c.json")
    node = Node(value=GIVEN | {"status": status}, path="", row=1, notes=notes)
    assert list(consent(node, "p", frozenset())) == []
    assert [one.message for one in notes.findings()] == [f"its status is {told}"]
