"""Storms of orders, sound and mutated, with an independent check inside the driver."""

import copy
import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.base.entries import (
    CarrierEnrolled,
    ConsentSigned,
    ConsentWithdrawn,
    OwnLimitSet,
    StandingDecided,
)
from nanoward.control.gate import CLASS_SHARE
from nanoward.control.plan import control_plan
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.ports.desk import Desk
from nanoward.testing.desks import (
    NOW,
    SECTION,
    SPEC_SHA256,
    Bay,
    RecordingNotifier,
    asked_of,
    bay_of,
    driver_config,
    fresh_reading,
    key_of,
    signed,
)
from nanoward.testing.watched import Envelope, WatchedTransport

PER_WARD = 2_000  # orders until a new ward is opened
CLASSES = ("adult", "adolescent", "frail", "pregnant", "unknown")
PEOPLE = tuple(f"P{place}" for place in range(len(CLASSES)))
OWN_HIGH = 6.0  # the first participant's own limit

DAY = 12.0  # exposure allowed in 24 h: low, so that storms reach it

Asked = dict[str, Any]
Mutation = Callable[[Asked, random.Random], None]


def _set(key: str, *values: Any) -> Mutation:
    return lambda asked, rng: asked.update({key: rng.choice(values)})


def _late(*seconds: float) -> Mutation:
    return lambda asked, rng: asked.update(
        issued=asked["issued"] + timedelta(seconds=rng.choice(seconds))
    )


MUTATIONS: tuple[Mutation, ...] = (
    _set("value", math.nan, math.inf, -math.inf, -0.0, 1e308, -1e308, 5e-324, 1e9, -1, bool(1)),
    _set("value", "4", None, [4], 2**60, 50.000001, -1e-9, 0.1 + 0.2, 49.9999999999),
    lambda asked, rng: asked.update(value=asked["value"] * rng.choice((1000, 0.001, -1))),
    _set("unit", "mg/h", "ug/min", "", "UG/H", 7),
    _set("setting", "dwell", "", "*", None),
    _set("participant", "P0", "P4", "P9", "", None),
    _set("agent", "A2", ""),
    _set("kind", "kill", "more", "SET", None),
    _set("role", "participant", "visitor"),
    _set("scopes", (), ("acme",), None),
    _set("lease_s", 0, -5, 10**12, 1.5, bool(1), 1801, 86_400),
    _set("order", "O0", "O1", "", None),
    _late(-301, -3600, 31, 600, -299, 29, 86_400, -86_400),
    _set("issued", None, NOW.replace(tzinfo=None), NOW),
    lambda asked, rng: asked.pop(rng.choice(sorted(asked))),
    lambda asked, rng: asked.update(extra=rng.random()),
    lambda asked, rng: asked.update(requested_by=rng.choice(PEOPLE), role="participant"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """How a storm ended: orders into the gate, commands that reached a device, breaches."""

    orders: int
    commands: int
    outcomes: Counter[str]
    breaches: tuple[str, ...]


def order_storm(count: int, *, seed: int) -> Storm:
    """`count` orders, half of them mutated, on wards whose drivers also go wrong."""
    rng = random.Random(seed)  # noqa: S311 - chance for tests, not for keys
    outcomes: Counter[str] = Counter()
    breaches: list[str] = []
    commands = done = 0
    while done < count:
        bay, watched = _ward()
        for number in range(min(PER_WARD, count - done)):
            outcomes[_one(bay, watched, number, rng)] += 1
            done += 1
        breaches += watched.breaches
        commands += watched.count
        for driver in bay.desk.drivers.values():
            driver.close()
    return Storm(orders=done, commands=commands, outcomes=outcomes, breaches=tuple(breaches))


def _one(bay: Bay, watched: WatchedTransport, number: int, rng: random.Random) -> str:
    bay.clock.advance(timedelta(seconds=rng.choice((0, 1, 1, 7, 60, 300, 900))))
    if rng.random() < 0.8:
        fresh_reading(bay.desk, rng.choice(PEOPLE))
    if rng.random() < 0.03:
        watched.silent += [rng.choice(("lost", "silent"))]
    if rng.random() < 0.05 or number % 50 == 0:
        resume_orders(bay.desk, bay.book, actor="resume")
    asked = asked_of(
        order=f"O{number}",
        participant=rng.choice(PEOPLE),
        kind=rng.choice(("set",) * 8 + ("less", "stop")),
        value=rng.choice((0, 0.5, 3.3, 8, 12, 20.5, 50, rng.uniform(0, 50))),
        lease_s=rng.choice((1, 600, 1200, 1800)),
        issued=bay.clock.now(),
        key="",
        signature="",
    )
    if rng.random() < 0.5:
        for _ in range(rng.choice((1, 1, 2))):
            mutation = rng.choice(MUTATIONS)
            if isinstance(asked.get("value"), int | float) and {"issued", "value"} <= set(
                asked
            ):
                mutation(asked, rng)
                if not hasattr(asked.get("issued"), "year"):
                    break
    if rng.random() < 0.95 and hasattr(asked.get("issued"), "year"):
        asked = signed(asked)  # what is out of range must be refused though it is signed
    return send_order(bay.desk, bay.book, asked, actor="storm").outcome


def _ward() -> tuple[Bay, WatchedTransport]:
    """One person of each class; the last has withdrawn, the first has a limit of their own."""
    section = copy.deepcopy(SECTION)
    section["settings"]["rate"]["exposure_per_day"] = DAY
    plan = control_plan(section)
    spec = plan.settings["rate"]
    envelopes = {
        (who, "rate"): Envelope(
            low=0.0,
            high=50.0,
            default=0.0,
            step=0.5,
            rise_per_h=10.0,
            exposure_per_day=DAY,
            lease_s=1200.0,
            unit="ug/h",
            share=CLASS_SHARE.get(name, 0.0),
            own_high=OWN_HIGH if who == "P0" else math.inf,
        )
        for who, name in zip(PEOPLE, CLASSES, strict=True)
    }
    config = driver_config(plan)
    watched = WatchedTransport(settings=dict(config.settings), envelopes=envelopes)
    bay = bay_of(())
    desk = Desk(
        ledger=bay.desk.ledger,
        lane=bay.desk.lane,
        clock=bay.clock,
        drivers={"sim": JournalledDriver("sim", watched, DriverJournal(None))},
        signatures=bay.desk.signatures,
        notifier=RecordingNotifier(),
        plan=plan,
        plan_sha256="",
    )
    assert spec.range.high == 50.0
    for who, name in zip(PEOPLE, CLASSES, strict=True):
        _enrol(desk, who, name)
    book = OrderState().refresh(desk)
    return Bay(desk=desk, book=book, clock=bay.clock, agents=bay.agents, told=bay.told), watched


def _enrol(desk: Desk, who: str, person_class: str) -> None:
    carrier = CarrierEnrolled(
        participant=who,
        agent="A1",
        spec_sha256=SPEC_SHA256,
        lot="L1",
        driver="sim",
        owner="ours",
        person_class=person_class,
        cells=1e9,
    )
    agreed = ConsentSigned(
        participant=who,
        document_sha256="",
        version="1",
        signed=date.min,
        key=key_of(who).public,
    )
    stands = StandingDecided(
        participant=who, standing="cleared", as_of=NOW.date(), since=None, reasons=()
    )
    own = OwnLimitSet(participant=who, setting="rate", low=0.0, high=OWN_HIGH, unit="ug/h")
    desk.lane.append([carrier], actor="nurse", at=NOW)
    desk.ledger.append([agreed, stands], actor="nurse", at=NOW)
    if who == PEOPLE[0]:
        desk.ledger.append([own], actor=who, at=NOW)
    if who == PEOPLE[-1]:
        left = ConsentWithdrawn(participant=who, withdrawn=date.min)
        desk.ledger.append([left], actor=who, at=NOW)
