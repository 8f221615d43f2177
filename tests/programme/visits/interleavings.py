"""Random interleavings of bookings, standings, capacity and clock, counted by other lines.

The booking rules and the board are asked; a plain list of what was accepted is kept beside
them, and every acceptance is held against that list alone.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from nanoward.base.entries.clearance import StandingDecided
from nanoward.base.entries.visits import (
    CapacityChanged,
    VisitBooked,
    VisitMade,
    VisitMoved,
    VisitReleased,
)
from nanoward.programme.visits.booking_board import OPEN, BookingBoard
from nanoward.programme.visits.booking_rules import ACTS, PlaceWish, SiteRules, place_conflicts
from nanoward.programme.visits.site_calendar import HALVES, HalfDay, Site

ALL = frozenset(ACTS)
SAFE = frozenset({"safety", "flush", "exit"})
OPEN_KINDS = {
    "cleared": ALL,
    "held": ALL - {"dose"},
    "recalled": ALL - {"dose", "sample"},
    "withdrawn": SAFE,
}
NEEDS = {"weekly": {"clin": 1}, "dose": {"clin": 2, "img": 1}, "safety": {"clin": 1}}
START = date(2026, 11, 30)


def open_kinds(word: str) -> frozenset[str]:
    return OPEN_KINDS[word]


@dataclass
class World:
    """The board, and beside it what was accepted: booking to (person, kind, half-day)."""

    rng: random.Random
    board: BookingBoard = field(default_factory=lambda: BookingBoard.empty(open_kinds))
    accepted: dict[str, tuple[str, str, HalfDay]] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)
    today: date = START
    clin: int = 3
    number: int = 0
    made: int = 0
    refused: int = 0
    breaches: int = 0

    def __post_init__(self) -> None:
        site = Site(name="w", zone="UTC", open_days=("mon", "tue", "wed", "thu", "fri"),
                    capacity={"clin": 3, "img": 1}, restricted_at_once=1)  # fmt: skip
        apart = frozenset({frozenset({"P0", "P1"})})
        self.rules = SiteRules(
            sites={"w": site}, needs=NEEDS, apart=apart, restricted=frozenset({"P2", "P3"})
        )
        self.people = [f"P{n}" for n in range(6)]

    def step(self) -> None:
        """One thing happens."""
        what = self.rng.random()
        if what < 0.55:
            self.book()
        elif what < 0.68:
            self.move()
        elif what < 0.76:
            self.release()
        elif what < 0.86:
            self.decide()
        elif what < 0.90:
            self.visit()
        elif what < 0.94:
            self.capacity()
        else:
            self.today += timedelta(days=1)

    def half_day(self) -> HalfDay:
        day = self.today + timedelta(days=self.rng.randrange(-1, 6))
        return HalfDay(day, self.rng.choice(HALVES))

    def gate(self, who: str, kind: str) -> tuple[str, ...]:
        word = self.standing.get(who, "cleared")
        return () if kind in open_kinds(word) else (f"standing {word}",)

    def book(self) -> None:
        who, kind = self.rng.choice(self.people), self.rng.choice(sorted(NEEDS))
        at = self.half_day()
        self.number += 1
        name = f"b{self.number}"
        wish = PlaceWish(booking=name, participant=who, kind=kind, site="w", at=at,
                         gate=self.gate(who, kind))  # fmt: skip
        if place_conflicts(self.board, self.rules, wish, self.today):
            self.refused += 1
            return
        needs = tuple(f"{one} {units}" for one, units in NEEDS[kind].items())
        self.board.apply(
            VisitBooked(
                booking=name, participant=who, kind=kind, site="w", day=at.day, half=at.half,
                zone="UTC", starts=datetime(2026, 1, 1, tzinfo=UTC), needs=needs, by="x",
            )
        )  # fmt: skip
        self.accepted[name] = (who, kind, at)
        self.made += 1
        self.check(name)

    def some(self) -> str:
        names = [one for one in self.accepted if self.board.bookings[one].state in OPEN]
        return self.rng.choice(names) if names else ""

    def move(self) -> None:
        name, at = self.some(), self.half_day()
        if not name:
            return
        who, kind, _ = self.accepted[name]
        wish = PlaceWish(booking=name, participant=who, kind=kind, site="w", at=at,
                         gate=self.gate(who, kind))  # fmt: skip
        if place_conflicts(self.board, self.rules, wish, self.today):
            self.refused += 1
            return
        self.board.apply(
            VisitMoved(booking=name, participant=who, day=at.day, half=at.half,
                       starts=datetime(2026, 1, 1, tzinfo=UTC), reason="r", price=0, by="x")
        )  # fmt: skip
        self.accepted[name] = (who, kind, at)
        self.check(name)

    def release(self) -> None:
        name = self.some()
        if name:
            who = self.accepted.pop(name)[0]
            self.board.apply(VisitReleased(booking=name, participant=who, reason="r", by="x"))

    def decide(self) -> None:
        who, word = self.rng.choice(self.people), self.rng.choice(sorted(OPEN_KINDS))
        self.standing[who] = word
        self.board.apply(
            StandingDecided(participant=who, standing=word, as_of=self.today, since=self.today,
                            reasons=())
        )  # fmt: skip
        kinds = OPEN_KINDS[word]
        self.accepted = {
            name: one for name, one in self.accepted.items() if one[0] != who or one[1] in kinds
            or self.board.bookings[name].state == "done"
        }  # fmt: skip

    def visit(self) -> None:
        name = self.some()
        if not name:
            return
        who, kind, at = self.accepted[name]
        if kind == "dose" and self.gate(who, kind):
            self.breaches += 1  # a place of somebody held had been left standing
        if at.day == self.today:
            self.board.apply(
                VisitMade(booking=name, participant=who, kind=kind, day=at.day, outcome="done",
                          by="x")
            )  # fmt: skip

    def capacity(self) -> None:
        self.clin = self.rng.randint(1, 4)
        self.board.apply(
            CapacityChanged(site="w", resource="clin", first=self.today,
                            last=self.today + timedelta(days=60), units=self.clin, reason="r",
                            by="x")
        )  # fmt: skip

    def check(self, name: str) -> None:
        """What was accepted just now, counted from the list alone."""
        who, kind, at = self.accepted[name]
        same = [one for one in self.accepted.items() if one[1][2] == at]
        clin = sum(NEEDS[k].get("clin", 0) for _, (_, k, _) in same)
        img = sum(NEEDS[k].get("img", 0) for _, (_, k, _) in same)
        people = [w for _, (w, _, _) in same]
        apart = [w for w in people if w in ("P2", "P3")]
        wrong = (
            img > 1 or clin > self.clin or len(people) != len(set(people))
            or {"P0", "P1"} <= set(people) or (who in apart and len(apart) > 1)
            or (who in apart and at.half != "afternoon")
            or at.day.weekday() > 4 or at.day < self.today
            or kind not in OPEN_KINDS[self.standing.get(who, "cleared")]
        )  # fmt: skip
        self.breaches += wrong


def interleave(steps: int, seed: int) -> World:
    """So many random steps in worlds of some hundreds each."""
    total = World(random.Random(seed))
    done = 0
    while done < steps:
        world = World(random.Random(f"{seed}/{done}"))
        for _ in range(min(400, steps - done)):
            world.step()
            done += 1
        total.made += world.made
        total.refused += world.refused
        total.breaches += world.breaches
    return total
