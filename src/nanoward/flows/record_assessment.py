"""Record a weekly assessment; an answer that signals danger holds the person at once."""

from collections.abc import Mapping
from datetime import date

from nanoward.base.entries import AssessmentRecorded, Entry, StandingDecided
from nanoward.base.errors import RefusedError
from nanoward.clearance.gate import permission
from nanoward.clearance.instruments import Instrument, Scored, scored
from nanoward.flows.read_consent import on_record
from nanoward.ports.site import Site

_HOLDS = ("screened", "cleared")  # whoever is held, recalled or gone stays so


class NoAssessmentError(RefusedError):
    """The person has not agreed to be assessed, or has left."""

    code = "CLR-009"
    next_step = "Do not ask further; safety follow-up and adverse event reports stay open."


def record_assessment(
    site: Site,
    participant: str,
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    assessed: date,
    by: str,
) -> Scored:
    """Score the answers and write them; with danger, the hold stands in the same append.

    A failed assessment changes what may be done next. It never touches pay.
    """
    now = site.clock.now()
    known = on_record(site.ledger, participant)
    allowed = permission(known.consent, known.standing, "assessment", now.date())
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
    if told.urgent and known.standing in _HOLDS:
        entries.append(
            StandingDecided(
                participant=participant,
                standing="held",
                as_of=now.date(),
                since=assessed,
                reasons=(told.told,),
            )
        )
    site.ledger.append(entries, actor=by, at=now)
    return told
