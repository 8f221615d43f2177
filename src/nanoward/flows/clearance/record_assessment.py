"""Record a weekly assessment; an answer that signals danger holds the person at once."""

from collections.abc import Mapping
from datetime import date

from nanoward.base.entries import (
    AssessmentRecorded,
    DangerSignalled,
    Entry,
    StandingDecided,
)
from nanoward.base.errors import RefusedError
from nanoward.clearance.wellbeing.instruments import Instrument, ScaleScore, scored
from nanoward.flows.consent.permit_act import permission_now
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.ports.notifier import Notifier
from nanoward.ports.ports import Ports

_HOLDS = ("screened", "cleared")  # whoever is held, recalled or gone stays so


class NoAssessmentError(RefusedError):
    """The person has not agreed to be assessed, or has left."""

    code = "CLR-009"
    next_step = "Do not ask further; safety follow-up and adverse event reports stay open."


def record_assessment(
    ports: Ports,
    participant: str,
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    assessed: date,
    by: str,
    duty: Notifier | None = None,
) -> ScaleScore:
    """Score the answers and write them; with danger, the hold stands in the same append.

    duty  who is told now of a sign of danger, once it is written

    A failed assessment changes what may be done next. It never touches pay.
    """
    now, today = ports.clock.now(), ports.today()
    known = on_record(ports.ledger, participant)
    allowed = permission_now(ports, known, "assessment")
    if not allowed.allowed:
        raise NoAssessmentError(f"{participant}: {'; '.join(allowed.reasons)}")
    told = scored(instrument, answers)
    entries: list[Entry] = [
        AssessmentRecorded(
            participant=participant,
            instrument=instrument.code,
            assessed=assessed,
            score=told.score,
            urgent=told.urgent,
        )
    ]
    if told.urgent:
        entries += _danger(known, told, assessed, today)
    ports.ledger.append(entries, actor=by, at=now)
    if told.urgent and duty is not None:
        duty.notify(urgency="now", subject=participant, message=told.told)
    return told


def _danger(known: ConsentRecord, told: ScaleScore, assessed: date, today: date) -> list[Entry]:
    """The danger; with it the hold, for whoever could still have gone on."""
    who = known.participant
    danger = DangerSignalled(
        participant=who,
        instrument=told.instrument,
        assessed=assessed,
        items=told.dangers,
        told=told.told,
    )
    if known.standing not in _HOLDS:
        return [danger]
    held = StandingDecided(
        participant=who, standing="held", as_of=today, since=assessed, reasons=(told.told,)
    )
    return [held, danger]
