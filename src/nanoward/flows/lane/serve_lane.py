"""The kill lane's requests: plain JSON in, plain JSON out, the same with or without a process.

A refusal is an answer ({"refused": ...}), so that whoever asked is told why.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from nanoward.base.entries import (
    FlushSampled,
    KillApproved,
    KillRequested,
    KillReviewed,
    SealedCodeIssued,
    body_of,
)
from nanoward.base.entries.codec import entry_of, kind_of
from nanoward.base.errors import NanowardError, UsageError
from nanoward.control.kill_roles import people_asked_for, roles_needed
from nanoward.control.kill_state import PHYSICIAN, KillState
from nanoward.control.orders import FIELDS, LESS, STOP, Order, order_of
from nanoward.control.overdue import status_of
from nanoward.control.strength import any_escapee
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.drill_kill import drills_due
from nanoward.flows.killcode.fire_kill import fire_kill, resume_kills, review_kill, sweep_kills
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    Revocation,
    approve_kill,
    break_glass,
    kill_state,
    request_kill,
    revoke_signer,
    withdraw_kill,
)
from nanoward.flows.killcode.verify_flush import record_sample, verify_flush
from nanoward.flows.lane.sealed_requests import SEALED
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.flows.orders.stop_participant import stop_people
from nanoward.ports.desk import Desk
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError, SharedDriver

Answer = dict[str, Any]


class BadRequestError(UsageError):
    """The lane was asked for something that it does not know."""

    code = "USE-061"
    next_step = "See `nanoward control --help`."


def serve_lane(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """Answer one request. `do` names it; every other key is its own."""
    action = ACTIONS.get(str(asked.get("do")), _unknown)
    try:
        return action(desk, book.refresh(desk), asked)
    except NanowardError as fault:
        return {
            "refused": fault.message,
            "code": fault.code,
            "exit_code": fault.exit_code,
            "next_step": fault.next_step,
        }
    except (KeyError, TypeError, ValueError) as fault:
        refused = BadRequestError(f"the request cannot be read: {fault!r}")
        return {"refused": refused.message, "code": refused.code, "exit_code": 2}
    except Exception as fault:  # noqa: BLE001 - a lane that dies stops nobody
        return {"refused": f"a fault of ours: {fault!r}", "code": "NWD-000", "exit_code": 70}


def stop_all(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """Stop one participant, or everybody: all of it is owed before the first driver is called.

    Whoever asks is heard, known or not: who it was is told, and nothing waits for it.
    """
    who = asked.get("participant")
    people = [str(who)] if who else sorted(book.carriers)
    orders = [_stop_of(desk, one, asked) for one in people]
    outcomes = stop_people(desk, book, orders, actor=str(asked.get("by") or "unknown"))
    return {
        "stopped": [
            {
                "participant": one.participant,
                "order": sent.order,
                "outcome": sent.outcome,
                "reasons": list(sent.reasons),
            }
            for one, sent in zip(orders, outcomes, strict=True)
        ]
    }


def send_less(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """Lower one setting; what cannot be read in it becomes a stop, as in `send_order`."""
    who, by = str(asked["participant"]), str(asked.get("by") or "unknown")
    document = {
        "order": str(asked.get("order") or "less"),
        "participant": who,
        "agent": desk.plan.agent,
        "setting": str(asked.get("setting") or ""),
        "kind": LESS,
        "value": asked.get("value"),
        "unit": str(asked.get("unit") or ""),
        "lease_s": int(asked.get("lease_s") or 600),
        "issued": desk.clock.now(),
        "requested_by": by,
        "role": "participant",
        "scopes": (desk.plan.owner,),
    }
    sent = send_order(desk, book, document, actor=by)
    row = {"participant": who, "order": sent.order, "outcome": sent.outcome}
    return {"stopped": [row | {"value": sent.value}]}


def report_status(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:  # noqa: ARG001
    """Every kill code with its people, every stop that is owed, and drills that are due."""
    return {
        "kills": [summary_of(one, _asked_for(desk, book, one)) for one in book.kills.values()],
        "owed": [body_of(one) for one in book.owed()],
        "participants": sorted(book.carriers),
        "leases": [row for name in sorted(desk.drivers) for row in _leases(desk, name)],
        "sealed": [_sealed_row(desk, one) for one in book.codes.values()],
        "drills_due": list(drills_due(desk, book)),
        "ledger": {"size": desk.lane.head().size, "head": desk.lane.head().hash},
    }


def _leases(desk: Desk, name: str) -> list[Answer]:
    """Whose lease stands on a driver's devices, ours and other programmes'."""
    driver = desk.drivers[name]
    if not isinstance(driver, SharedDriver):
        return []
    return [
        {"driver": name, **asdict(one), "start": one.start.isoformat()}
        | {"end": one.end.isoformat()}
        for one in driver.standing(desk.clock.now())
    ]


def _sealed_row(desk: Desk, code: SealedCodeIssued) -> Answer:
    """A sealed code that lies in a clinic: whether it holds, and when it is due anew."""
    now = desk.clock.now()
    spent = "expired" if now >= code.expires else "holds"
    return {**body_of(code), "state": spent}


def sweep_lane(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:  # noqa: ARG001
    """Finish what is owed, end what expired, verify flushes, raise alarms."""
    told = resume_orders(desk, book, actor="lane")
    resume_kills(desk, book, actor="lane")
    ended = [one for driver in desk.drivers.values() for one in _fallen_back(desk, driver)]
    due = sweep_kills(desk, book, actor="lane")
    decided = verify_flush(desk, book, actor="lane") if desk.plan.routes else ()
    return {
        "resumed": [{"order": one.order, "outcome": one.outcome} for one in told],
        "leases ended": ended,
        "due": [
            {"order": one.order, "participant": one.participant, "message": one.message}
            for one in due
        ],
        "flushes": [body_of(one) for one in decided],
    }


def _fallen_back(desk: Desk, driver: Driver) -> tuple[str, ...]:
    try:
        return driver.fall_back(now=desk.clock.now())
    except (DriverSilentError, DriverRefusedError) as fault:
        desk.notifier.notify(urgency="now", subject=driver.name, message=fault.message)
        return ()


def summary_of(state: KillState, asked_for: int = 0) -> Answer:
    """A kill code as people read it; the release form shows the expected escapees.

    asked_for  people of all open and recent orders, by which the council is asked or not
    """
    request = state.request
    return {
        "order": request.order,
        "status": status_of(state),
        "mechanism": request.mechanism,
        "participants": dict(state.people),
        "expires": request.expires.isoformat(),
        "signed": [[one.signer, one.role] for one in state.approvals],
        "lot": request.lot,
        "reason": request.reason,
        "people": len(request.participants),
        "needs": sorted(roles_needed(request, asked_for)),
        "expected_escapees": request.expected_escapees,
        "any_escapee": any_escapee(request.expected_escapees, 1.0),
    }


def _unknown(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:  # noqa: ARG001
    raise BadRequestError(f"no request is called {asked.get('do')!r}")


def _stop_of(desk: Desk, who: str, asked: Mapping[str, Any]) -> Order:
    document = dict.fromkeys(FIELDS) | {"kind": STOP, "participant": who}
    document |= {"order": asked.get("order") or "stop", "requested_by": asked.get("by")}
    order, _ = order_of(document, received=desk.clock.now())
    assert order is not None
    return order


def _request(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    wanted = KillOrderRequest(
        participants=tuple(map(str, asked["participants"])),
        mechanism=str(asked["mechanism"]),
        reason=str(asked["reason"]),
        requested_by=str(asked["by"]),
        holds=timedelta(seconds=float(asked.get("holds_s", 900))),
    )
    request = request_kill(desk, book, wanted, actor=wanted.requested_by)
    state = book.kills[request.order]
    return {
        **summary_of(state, _asked_for(desk, book, state)),
        "request": body_of(request),
    }


def _show(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """The request that one person is about to sign."""
    state = kill_state(desk, book, str(asked["order"]))
    return {
        **summary_of(state, _asked_for(desk, book, state)),
        "request": body_of(state.request),
    }


def _approve(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    approval = _approval(asked)
    state = approve_kill(desk, book, approval, actor=approval.signer)
    return summary_of(state, _asked_for(desk, book, state))


def _approval(asked: Mapping[str, Any]) -> KillApproved:
    return KillApproved(
        order=str(asked["order"]),
        signer=str(asked["by"]),
        role=str(asked["role"]),
        key=str(asked["key"]),
        signature=str(asked["signature"]),
    )


def _asked_for(desk: Desk, book: OrderState, state: KillState) -> int:
    now = desk.clock.now()
    return len(people_asked_for(book.kills.values(), state.request, now))


def _fire(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    return summary_of(fire_kill(desk, book, str(asked["order"]), actor=str(asked["by"])))


def _glass(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    approval = _approval({**asked, "role": PHYSICIAN})
    return summary_of(break_glass(desk, book, approval, actor=approval.signer))


def _withdraw(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    order, reason = str(asked["order"]), str(asked["reason"])
    return summary_of(withdraw_kill(desk, book, order, reason, actor=str(asked["by"])))


def _review(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    review = KillReviewed(
        order=str(asked["order"]),
        reviewed_by=str(asked["by"]),
        note=str(asked["note"]),
        key=str(asked["key"]),
        signature=str(asked["signature"]),
    )
    review_kill(desk, book, review)
    return summary_of(book.kills[review.order])


def _revoke(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    wanted = Revocation(
        key=str(asked["key"]),
        reason=str(asked["reason"]),
        by=str(asked["by"]),
        by_key=str(asked["by_key"]),
        signature=str(asked["signature"]),
    )
    return {"voided": list(revoke_signer(desk, book, wanted))}


def _sample(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    kind = kind_of(FlushSampled)
    entry = entry_of(kind, asked["sample"], {kind: FlushSampled})
    assert isinstance(entry, FlushSampled)
    record_sample(desk, book, entry, actor=str(asked["by"]))
    decided = verify_flush(desk, book, actor="lane")
    mine = [one for one in decided if one.participant == entry.participant]
    return {"flushes": [body_of(one) for one in mine if one.order == entry.order]}


def request_from(body: Mapping[str, Any]) -> KillRequested:
    """The request that an answer holds."""
    kind = kind_of(KillRequested)
    entry = entry_of(kind, body, {kind: KillRequested})
    assert isinstance(entry, KillRequested)
    return entry


ACTIONS: dict[str, Callable[[Desk, OrderState, Mapping[str, Any]], Answer]] = {
    "stop": stop_all,
    "less": send_less,
    "status": report_status,
    "sweep": sweep_lane,
    "kill request": _request,
    "kill show": _show,
    "kill approve": _approve,
    "kill fire": _fire,
    "kill break-glass": _glass,
    "kill withdraw": _withdraw,
    "kill review": _review,
    "revoke": _revoke,
    "flush sample": _sample,
    **SEALED,
}
