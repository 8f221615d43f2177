"""Recording an assessment: the score, the hold at once, and never a word about pay."""

from datetime import UTC, date, datetime

import pytest

from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned
from nanoward.base.plan import Plan
from nanoward.clearance.wellbeing.questionnaires.gad7 import GAD7
from nanoward.clearance.wellbeing.questionnaires.phq9 import PHQ9
from nanoward.flows.clearance.record_assessment import NoAssessmentError, record_assessment
from nanoward.flows.consent.permit_act import permit_act
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CALM = {item.code: 0 for item in PHQ9.items}


def ward() -> Ports:
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    document = ConsentDocumentIssued(
        document_sha256="a" * 64,
        version="1.0",
        issued=NOW.date(),
        needed=(),
        optional=(),
        questions=0,
        pass_mark=0,
        least_reading_s=0,
        valid_days=None,
    )
    signed = ConsentSigned(
        participant="p", document_sha256="a" * 64, version="1.0", signed=NOW.date()
    )
    ports.ledger.append([document, signed], actor="x", at=NOW)
    return ports


def kinds(ports: Ports) -> list[str]:
    return [record.kind for record in ports.ledger.records()][2:]


def test_a_calm_answer_is_scored_and_changes_no_standing() -> None:
    ports = ward()
    told = record_assessment(ports, "p", PHQ9, CALM, assessed=date(2026, 1, 5), by="nurse")
    assert (told.score, told.urgent) == (0, False)
    assert kinds(ports) == ["clearance.AssessmentRecorded"]


@pytest.mark.hazard("H-64")
def test_an_answer_that_signals_danger_holds_in_the_same_append() -> None:
    ports = ward()
    record_assessment(
        ports, "p", PHQ9, CALM | {"PHQ909": 1}, assessed=date(2026, 1, 5), by="nurse"
    )
    assert kinds(ports) == [
        "clearance.AssessmentRecorded",
        "clearance.StandingDecided",
        "clearance.DangerSignalled",
    ]
    assert on_record(ports.ledger, "p").standing == "held"
    assert not permit_act(ports, "p", "dose", by="nurse").allowed
    assert permit_act(ports, "p", "pay owed", by="nurse").allowed
    assert not permit_act(ports, "p", "pay reduction", by="nurse").allowed


@pytest.mark.hazard("H-64")
def test_danger_is_on_the_ledger_before_anybody_is_told() -> None:
    ports, seen = ward(), []

    class Duty:
        def notify(self, *, urgency: str, subject: str, message: str) -> None:
            seen.append((urgency, subject, message, kinds(ports)[-1]))

    grave = CALM | {"PHQ909": 2}
    day = date(2026, 1, 5)
    told = record_assessment(ports, "p", PHQ9, grave, assessed=day, by="nurse", duty=Duty())
    assert seen == [("now", "p", told.told, "clearance.DangerSignalled")]
    record_assessment(ports, "p", PHQ9, CALM, assessed=day, by="nurse", duty=Duty())
    assert len(seen) == 1


def test_who_left_is_not_assessed_any_more() -> None:
    ports = ward()
    withdraw_participant(ports, "p", by="p")
    with pytest.raises(NoAssessmentError, match="withdrawn"):
        record_assessment(ports, "p", GAD7, {}, assessed=date(2026, 1, 6), by="nurse")
