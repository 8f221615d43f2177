"""Sealed codes as the lane is asked for them: drafted, issued, used in a clinic cut off."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from nanoward.control.overdue import status_of
from nanoward.control.sealed import SealedCode
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.release_kill import KillOrderRequest
from nanoward.flows.killcode.use_sealed import (
    CodeUse,
    code_of,
    draft_code,
    issue_code,
    text_of,
    use_code,
)
from nanoward.ports.desk import Desk

Answer = dict[str, Any]


def draft(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """A code that nobody has signed yet."""
    wanted = KillOrderRequest(
        participants=(str(asked["participant"]),),
        mechanism=str(asked["mechanism"]),
        reason=str(asked["reason"]),
        requested_by=str(asked["by"]),
        holds=timedelta(seconds=float(asked["holds_s"])),
    )
    request = draft_code(desk, book, wanted)
    code = SealedCode(request=request, device_key=str(asked["device_key"]), approvals=())
    return {"order": request.order, "code": text_of(code)}


def issue(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """Write down that a code went out; its two signatures say by whom."""
    code = code_of(str(asked["code"]))
    actor = ", ".join(one.signer for one in code.approvals)
    text = issue_code(desk, book, code, actor=actor)
    return {
        "order": code.request.order,
        "code": text,
        "expires": code.request.expires.isoformat(),
    }


def use(desk: Desk, book: OrderState, asked: Mapping[str, Any]) -> Answer:
    """Fire a code; a driver that is silent leaves it owed."""
    names = ("key", "public", "signature", "scheme")
    signed = CodeUse(
        at=datetime.fromisoformat(str(asked["at"])),
        **{name: str(asked[name]) for name in names},
    )
    state = use_code(desk, book, code_of(str(asked["code"])), signed)
    return {
        "order": state.request.order,
        "status": status_of(state),
        "participants": dict(state.people),
    }


SEALED: dict[str, Callable[[Desk, OrderState, Mapping[str, Any]], Answer]] = {
    "sealed draft": draft,
    "sealed issue": issue,
    "sealed use": use,
}
