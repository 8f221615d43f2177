"""The kill lane's requests: plain JSON in, plain JSON out, the same with or without a process.

A refusal is an answer ({"refused": ...}), so that whoever asked is told why.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from nanoward.base.entries import (
    CarrierEnrolled,
    FlushSampled,
    KillApproved,
    KillRequested,
    body_of,
)
from nanoward.base.entries.codec import entry_of, kind_of
from nanoward.base.errors import NanowardError, UsageError
from nanoward.control.killcode import KillState, roles_needed, signed_bytes
from nanoward.control.orders import FIELDS, LESS, STOP, order_of
from nanoward.control.overdue import status_of
from nanoward.control.strength import any_escapee
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.fire_kill import fire_kill, resume_kills, review_kill, sweep_kills
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    approve_kill,
    break_glass,
    kill_state,
    request_kill,
    revoke_signer,
    withdraw_kill,
)
from nanoward.flows.killcode.verify_flush import record_sample, verify_flush
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.flows.orders.stop_participant import stop_participant
from nanoward.ports.desk import Desk
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError

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
    """Stop one participant, or everybody."""
    who = asked.get("participant")
    people = [str(who)] if who else sorted(book.carriers)
    told = [_stopped(desk, book, one, asked) for one in people]
    return {"stopped": told}


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
    """Every kill code with its people, and every stop that is owed."""
    return {
        "kills": [summary_of(one) for one in book.kills.values()],
        "owed": [body_of(one) for one in book.owed()],
        "participants": sorted(book.carriers),
        "ledger": {"size": desk.lane.head().size, "head": desk.lane.head().hash},
    }


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


def summary_of(state: KillState) -> Answer:
    """A kill code as people read it; the release form shows the expected escapees."""
    request = state.request
    return {
        "order": request.order,
        "status": status_of(state),
        "mechanism": request.mechanism,
        "participants": dict(state.people),
        "expires": request.expires.isoformat(),
        "signed": [[one.signer, one.role] for one in state.approvals],
        "needs": sorted(roles_needed(request)),
        "expected_escapees": request.expected_escapees,
        "any_escapee": any_escapee(request.expected_escapees, 1.0),
    }


def _unknown(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:  # noqa: ARG001
    raise BadRequestError(f"no request is called {asked.get('do')!r}")


def _stopped(desk: Desk, book: OrderState, who: str, asked: Mapping[str, Any]) -> Answer:
    document = dict.fromkeys(FIELDS) | {"kind": STOP, "participant": who}
    document |= {"order": asked.get("order") or "stop", "requested_by": asked.get("by")}
    order, _ = order_of(document, received=desk.clock.now())
    assert order is not None
    sent = stop_participant(desk, book, order, actor=str(asked.get("by") or "unknown"))
    return {"participant": who, "order": sent.order, "outcome": sent.outcome}


def _request(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    wanted = KillOrderRequest(
        participants=tuple(map(str, asked["participants"])),
        mechanism=str(asked["mechanism"]),
        reason=str(asked["reason"]),
        requested_by=str(asked["by"]),
        holds=timedelta(seconds=float(asked.get("holds_s", 900))),
    )
    request = request_kill(desk, book, wanted, actor=wanted.requested_by)
    return {**summary_of(book.kills[request.order]), "request": body_of(request)}


def _show(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """The request that one person is about to sign."""
    state = kill_state(desk, book, str(asked["order"]))
    return {**summary_of(state), "request": body_of(state.request)}


def _approve(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    approval = KillApproved(
        order=str(asked["order"]),
        signer=str(asked["by"]),
        role=str(asked["role"]),
        key=str(asked["key"]),
        signature=str(asked["signature"]),
    )
    return summary_of(approve_kill(desk, book, approval, actor=approval.signer))


def _fire(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    return summary_of(fire_kill(desk, book, str(asked["order"]), actor=str(asked["by"])))


def _glass(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    return summary_of(break_glass(desk, book, str(asked["order"]), actor=str(asked["by"])))


def _withdraw(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    order, reason = str(asked["order"]), str(asked["reason"])
    return summary_of(withdraw_kill(desk, book, order, reason, actor=str(asked["by"])))


def _review(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    order, note = str(asked["order"]), str(asked["note"])
    review_kill(desk, book, order, note, reviewer=str(asked["by"]))
    return summary_of(book.kills[order])


def _revoke(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    key, reason = str(asked["key"]), str(asked["reason"])
    return {"voided": list(revoke_signer(desk, book, key, reason, actor=str(asked["by"])))}


def _enrol(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    carrier = CarrierEnrolled(
        participant=str(asked["participant"]),
        agent=desk.plan.agent,
        spec_sha256=desk.plan.spec_sha256,
        lot=str(asked["lot"]),
        driver=str(asked["driver"]),
        owner=desk.plan.owner,
        person_class=str(asked["person_class"]),
        cells=float(asked["cells"]),
    )
    if carrier.driver not in desk.drivers:
        raise BadRequestError(f"no driver is called {carrier.driver!r}")
    desk.lane.append([carrier], actor=str(asked["by"]), at=desk.clock.now())
    book.refresh(desk)
    return {"enrolled": body_of(carrier)}


def _sample(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    kind = kind_of(FlushSampled)
    entry = entry_of(kind, asked["sample"], {kind: FlushSampled})
    assert isinstance(entry, FlushSampled)
    record_sample(desk, book, entry, actor=str(asked["by"]))
    decided = verify_flush(desk, book, actor="lane")
    mine = [one for one in decided if one.participant == entry.participant]
    return {"flushes": [body_of(one) for one in mine if one.order == entry.order]}


def bytes_to_sign(body: Mapping[str, Any], *, by: str, role: str) -> bytes:
    """What a person signs, made from the request as it was shown to them."""
    return signed_bytes(request_from(body), signer=by, role=role)


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
    "enrol": _enrol,
    "kill request": _request,
    "kill show": _show,
    "kill approve": _approve,
    "kill fire": _fire,
    "kill break-glass": _glass,
    "kill withdraw": _withdraw,
    "kill review": _review,
    "revoke": _revoke,
    "flush sample": _sample,
}
