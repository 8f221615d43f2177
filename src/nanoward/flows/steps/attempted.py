"""A step of a round that may fail: what befalls one room is told, and the others go on."""

from collections.abc import Callable

from nanoward.base.errors import InputError, NanowardError
from nanoward.base.findings import Finding, Undecided
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ports import Ports


def attempted(ports: Ports, room: str, label: str, step: Callable[[], Outcome]) -> Outcome:
    """A step; or, where it failed in any way, a finding and an open question.

    label  what it is called where somebody asks what it cost
    Standings are on the ledger by then: nobody waits for another room to be put right.
    """
    try:
        with ports.meter.step(label):
            return step()
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told and the round goes on
        finding = finding_of_failure(room, fault)
    question = Undecided(
        code="CTL-902",
        room=room,
        subject="",
        question="all that it is asked",
        reason=finding.message,
    )
    return Outcome(findings=(finding,), undecided=(question,), failed=True)


def finding_of_failure(room: str, fault: Exception) -> Finding:
    """What is told of a room that could not give its answer."""
    if isinstance(fault, InputError):
        return Finding(
            code=fault.code,
            severity="error",
            message=fault.what,
            next_step=fault.next_step,
            file=fault.file,
            line=fault.line,
            column=fault.column,
        )
    if isinstance(fault, NanowardError):
        return Finding(
            code=fault.code,
            severity="error",
            message=f"{room} gave no answer: {fault.message}",
            next_step=fault.next_step,
        )
    return Finding(
        code="CTL-012",
        severity="error",
        message=f"{room} gave no answer, by a fault of ours: {fault!r}",
        next_step="Report this with the data that it was made on; standings were recorded.",
    )
