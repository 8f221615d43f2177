from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.base.entries import (
    ActPermitted,
    ConsentWithdrawn,
    Entry,
    GatesClosed,
    SettingAdjusted,
)
from nanoward.base.entries.control import OrderRequested
from nanoward.base.plan import Plan
from nanoward.clearance import policy_of
from nanoward.flows.consent.detect_undue_influence import detect_undue_influence
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_site(*said: tuple[datetime, Entry]) -> Ports:
    ports = memory_site(Plan(name="w", title="w", sha256=""), {}, now=NOON)
    for at, entry in said:
        ports.ledger.append([entry], actor="x", at=at)
    return ports


def spoke(by: str, act: str = "message") -> Entry:
    return ActPermitted(participant="P1", act=act, use="", by=by)


def leaves(at: datetime) -> Entry:
    return ConsentWithdrawn(participant="P1", withdrawn=DAY, at=at, channel="spoken")


CLOSED = GatesClosed(participant="P1", since=DAY, closed=("dose",), open=(), reason="left")
MOVED = SettingAdjusted(participant="P1", setting="rate", value=2.0, unit="mg", at=NOON)
HOUR = timedelta(hours=1)


def told(ports: Ports) -> list[str]:
    return [one.message for one in detect_undue_influence(ports.ledger, policy_of({}), DAY)]


def test_who_speaks_with_somebody_who_wants_to_leave_is_named() -> None:
    at = NOON - 2 * HOUR
    ports = a_site((NOON - HOUR, spoke("nurse")), (NOON, leaves(at)), (NOON, CLOSED))
    assert told(ports) == [
        "sign of pressure on P1: asked to leave; nurse spoke with them before it was done"
    ]


def test_leaving_at_once_is_no_sign() -> None:
    early, late = (NOON - HOUR, spoke("nurse")), (NOON + HOUR, spoke("nurse"))
    assert told(a_site(early, (NOON, leaves(NOON)), (NOON, CLOSED), late)) == []


def test_a_wish_to_leave_that_is_not_done_is_told() -> None:
    (message,) = told(a_site((NOON, leaves(NOON))))
    assert message.endswith("it is not done")


@pytest.mark.parametrize(
    ("by", "act", "hours", "signs"),
    [
        ("nurse", "visit", 5, 1),
        ("nurse", "visit", 30, 0),
        ("P1", "visit", 5, 0),
        ("n", "dose", 5, 0),
    ],
)
def test_a_setting_that_is_moved_soon_after_somebody_spoke_with_the_person_is_told(
    by: str, act: str, hours: int, signs: int
) -> None:
    ports = a_site((NOON - hours * HOUR, spoke(by, act)), (NOON, MOVED))
    assert len(told(ports)) == signs


def test_what_was_written_after_the_day_is_not_known_on_it() -> None:
    assert told(a_site((NOON + 24 * HOUR, leaves(NOON)))) == []


@pytest.mark.parametrize(("by", "is_named"), [("nurse", True), ("P1", False)])
def test_an_order_asked_for_by_somebody_else_is_a_contact(by: str, *, is_named: bool) -> None:
    order = OrderRequested(
        order="o1", participant="P1", agent="a", setting="dose", kind="set", value=1.0,
        unit="mg", lease_s=600, issued=NOON, requested_by=by, role="staff", scopes=(),
    )  # fmt: skip
    wish = leaves(NOON - 2 * HOUR)
    found = told(a_site((NOON - HOUR, order), (NOON, wish), (NOON, CLOSED)))
    assert any("nurse spoke with them" in one for one in found) == is_named
