"""The way out in the round: what is owed of notices, ways home and follow-ups."""

from datetime import date

from nanoward.base.entries.exit import SpoolSeen
from nanoward.base.findings import Finding
from nanoward.clearance.consent.notices import Notice
from nanoward.clearance.consent.return_duty import (
    follow_up_findings,
    open_follow_ups,
    return_duties,
    return_findings,
)
from nanoward.flows.exit.bring_home import all_owed
from nanoward.flows.exit.carry_notices import SpoolState
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ledger import Ledger, ProvenLedger
from nanoward.ports.ports import Ports

READ = (
    "exit.ReturnOwed",
    "exit.ReturnArranged",
    "exit.ReturnObstructed",
    "exit.HomeConfirmed",
    "exit.FollowUpOwed",
    "exit.FollowUpEnded",
    "control.FlushDecided",
)


def check_exits(ports: Ports, as_of: date, *, lane: Ledger | None = None) -> Outcome:
    """Findings for notices that are owed, people who are not home, and follow-ups.

    The spool's head goes on the programme's ledger: whoever holds that one holds this one.

    lane  the kill lane's ledger, where the programme has one: a verified flush ends a follow-up
    """
    ledgers = (ports.ledger, *(() if lane is None else (lane,)))
    entries = all_owed(ledgers, READ)
    seen = spool_seen(ports.spool)
    state = SpoolState() if ports.spool is None else SpoolState().refresh(ports.spool)
    return Outcome(
        findings=(
            *notice_findings(state.owed()),
            *return_findings(return_duties(entries).values(), as_of),
            *follow_up_findings(open_follow_ups(entries).values()),
        ),
        entries=() if seen is None else (seen,),
    )


def spool_seen(spool: Ledger | None) -> SpoolSeen | None:
    """The spool as it stands now; None where nobody ever used it."""
    spool = getattr(spool, "opened", lambda: spool)()  # the one that opens when it is there
    if not isinstance(spool, ProvenLedger):
        return None
    head = spool.head()
    if not head.size:
        return None
    return SpoolSeen(key=str(spool.key()), records=head.size, head=head.hash)


def notice_findings(owed: tuple[Notice, ...]) -> tuple[Finding, ...]:
    """An error for each notice of which somebody was not told."""
    return tuple(
        Finding(
            code="OUT-074",
            severity="error",
            message=(
                f"asked to {one.given.wish} at {one.given.given:%Y-%m-%d %H:%M} UTC;"
                f" not yet told: {', '.join(one.owed)}"
            ),
            next_step="Start nanoward exit PROGRAMME, or run it once with --once.",
            subject=one.given.participant,
        )
        for one in owed
    )
