"""The council in the round: pauses whose meeting is late, actions that are done or overdue."""

from collections.abc import Iterator
from datetime import date

from nanoward.base.findings import Finding
from nanoward.flows.council.council_state import NoRoundForPackError, matters_now
from nanoward.flows.council.pause_programme import closing_entries
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ports import Ports
from nanoward.programme.council.matters import CouncilMatters, is_overdue


def check_council(ports: Ports, day: date) -> Outcome:
    """Actions that their query closes, and what the council owes."""
    matters = matters_now(ports)
    if not (matters.packs or matters.pauses or matters.actions):
        return Outcome()
    try:
        closed = closing_entries(ports, matters)
    except NoRoundForPackError:  # a query about findings, and no round before this one
        closed = []
    done = {one.action for one in closed}
    return Outcome(
        entries=tuple(closed),
        findings=tuple(_findings(ports, matters, done, day)),
        facts={
            "council pauses": len(matters.open_pauses()),
            "council actions": len(matters.open_actions()) - len(done),
        },
    )


def _findings(
    ports: Ports, matters: CouncilMatters, done: set[str], day: date
) -> Iterator[Finding]:
    now = ports.clock.now()
    for pause in matters.open_pauses():
        late = now > pause.meets_by
        yield Finding(
            code="PRG-167",
            severity="error" if late else "warning",
            message=f"paused by {pause.role} {pause.by} since {pause.at:%Y-%m-%d %H:%M} UTC:"
            f" {pause.reason}; the council meets by {pause.meets_by:%Y-%m-%d %H:%M}",
            next_step="Nobody is dosed or raised. Decide on a pack: nanoward council decide.",
        )
    for one in matters.open_actions():
        if one.action not in done and is_overdue(one, day):
            yield Finding(
                code="PRG-168",
                severity="error",
                message=f"action {one.action} of {one.who} was due on {one.due}: {one.what}",
                next_step=f"Do it: it closes when '{one.query}' is true.",
            )
