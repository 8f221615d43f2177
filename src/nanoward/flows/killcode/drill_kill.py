"""Drills: try a kill mechanism on a simulated agent, all the way from request to effect."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nanoward.base.entries import CarrierEnrolled, DrillHeld, KillApproved
from nanoward.control.kill_bytes import signed_bytes
from nanoward.control.kill_state import ACKNOWLEDGED, UNANSWERED
from nanoward.control.plan import ControlPlan
from nanoward.control.sealed import SealedCode
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.fire_kill import fire_kill, resume_kills
from nanoward.flows.killcode.release_kill import KillOrderRequest, approve_kill, request_kill
from nanoward.flows.killcode.use_sealed import (
    code_of,
    draft_code,
    issue_code,
    signed_code,
    signed_use,
    text_of,
    use_code,
    with_approval,
)
from nanoward.ports.desk import Desk
from nanoward.ports.signer import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """How a drill went; `upper` is the 95 % upper limit of the failure rate."""

    mechanism: str
    tries: int
    failures: int
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillSigner:
    """Who signs a drill's kill code, in which role and with whose key."""

    name: str
    role: str
    signer: Signer


def drill_kill(
    desk: Desk, mechanism: str, tries: int, once: Callable[[int], bool], *, actor: str
) -> Drill:
    """Hold `tries` drills and write the result on the lane's ledger.

    once  carries out drill number n from request to effect on a simulated agent and tells
          whether the agent died as declared
    """
    failures = sum(not once(number) for number in range(tries))
    held = DrillHeld(
        drill=secrets.token_hex(8), mechanism=mechanism, tries=tries, failures=failures
    )
    desk.lane.append([held], actor=actor, at=desk.clock.now())
    return Drill(
        mechanism=mechanism,
        tries=tries,
        failures=failures,
        upper=failure_limit(tries, failures),
    )


def kill_once(
    desk: Desk,
    book: OrderState,
    signers: Sequence[DrillSigner],
    mechanism: str,
    who: str,
) -> bool:
    """One kill code from request to acknowledgement."""
    asked = KillOrderRequest(
        participants=(who,), mechanism=mechanism, reason="drill", requested_by="drill"
    )
    request = request_kill(desk, book, asked, actor="drill")
    for one in signers:
        approval = KillApproved(
            order=request.order,
            signer=one.name,
            role=one.role,
            key=one.signer.key,
            signature=one.signer.sign(signed_bytes(request, signer=one.name, role=one.role)),
        )
        if approve_kill(desk, book, approval, actor=one.name).released is not None:
            break
    return fire_kill(desk, book, request.order, actor="drill").people[who] == ACKNOWLEDGED


def sealed_once(
    desk: Desk,
    book: OrderState,
    signers: Sequence[DrillSigner],
    mechanism: str,
    who: str,
    device: Signer,
) -> bool:
    """One sealed code from draft to use at a driver that is silent, and what is owed after it.

    True when the use was owed, and done by the same identifier once the driver answered.
    """
    asked = KillOrderRequest(
        participants=(who,), mechanism=mechanism, reason="drill", requested_by="drill"
    )
    code = SealedCode(
        request=draft_code(desk, book, asked), device_key=device.key, approvals=()
    )
    for one in signers:
        approval = signed_code(
            code.request,
            device_key=device.key,
            by=one.signer,
            name=one.name,
            role=one.role,
        )
        code = with_approval(code, approval)
    issue_code(desk, book, code, actor="drill")
    carried = code_of(text_of(code))
    first = use_code(desk, book, carried, signed_use(carried, device, desk.clock.now()))
    if first.people[who] != UNANSWERED:
        return False
    resume_kills(desk, book, actor="drill")
    return book.kills[code.request.order].people[who] == ACKNOWLEDGED


def drill_carriers(plan: ControlPlan, people: int) -> list[CarrierEnrolled]:
    """Simulated participants D0, D1, ... for drills."""
    return [
        CarrierEnrolled(
            participant=f"D{number}",
            agent=plan.agent,
            spec_sha256=plan.spec_sha256,
            lot="drill",
            driver="drill",
            owner=plan.owner,
            person_class="adult",
            cells=0.0,
        )
        for number in range(people)
    ]


def drills_due(desk: Desk, book: OrderState) -> tuple[str, ...]:
    """Mechanisms that were not drilled within the last week, in order."""
    book.refresh(desk)
    now = desk.clock.now()
    recent = {
        record.body["mechanism"]
        for record in desk.lane.records(kind="control.DrillHeld")
        if (now - record.at).days < 7
    }
    return tuple(sorted(set(desk.plan.mechanisms) - recent))


def failure_limit(tries: int, failures: int) -> float:
    """95 % upper limit of a failure rate (exact, Clopper and Pearson 1934), by bisection."""
    if tries == 0 or failures >= tries:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(tries, failures, middle) > 0.05:
            low = middle
        else:
            high = middle
    return high


def _at_most(tries: int, failures: int, rate: float) -> float:
    """P(at most `failures` of `tries`)."""
    term = (1 - rate) ** tries
    total = term
    for count in range(failures):
        term *= (tries - count) / (count + 1) * rate / (1 - rate)
        total += term
    return total
