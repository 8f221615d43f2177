"""Weekly rounds on a model of formulas, in memory: one after the other, by the real flow."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import changes

from nanoward.adapters.formats.text.plan_file import plan_of
from nanoward.base.entries import SettingRecommended
from nanoward.base.plan import Plan
from nanoward.flows.round.ward_round import ward_round
from nanoward.flows.tuning.recommendation_changes import last_recommendations
from nanoward.testing.fakes import MemoryFolder, SteppedClock
from nanoward.testing.ports import memory_site

EVENTS = "data/events.csv"
FIRST = datetime(2026, 5, 25, 12, tzinfo=UTC)
COPIES = "TUN-143"  # all people of the tests' table have nearly the same levels
# what a round says of any programme without clinical records, or of everybody alike
USUAL = frozenset({COPIES})


@dataclass(frozen=True, kw_only=True)
class Week:
    """What one round said: settings by person (None: refused), who was named with a doubt."""

    settings: Mapping[str, float | None]
    named: frozenset[str]
    messages: tuple[str, ...]

    def silent(self, who: str, sound: float) -> bool:
        """A setting as high as the sound one, and no word about the person or the plan."""
        given = self.settings.get(who)
        return given is not None and given >= sound and who not in self.named


class Ward:
    """One programme over weeks; its files and its plan may differ from one to the next."""

    def __init__(self, text: str = changes.PLAN) -> None:
        self.ports: Any = memory_site(plan_from(text), {}, now=FIRST)
        self.weeks = 0

    def held(self, files: Mapping[str, bytes], text: str = changes.PLAN, seed: int = 7) -> Week:
        """The next week's round on these files."""
        now = FIRST + timedelta(weeks=self.weeks)
        self.weeks += 1
        object.__setattr__(self.ports, "folder", MemoryFolder(plan_from(text), files))
        object.__setattr__(self.ports, "clock", SteppedClock(now))
        held = ward_round(self.ports, as_of=None, seed=seed, render=lambda _: b"").round_
        told = [row for row in held.tables["findings"].to_dicts()
                if row["severity"] != "note" and row["code"] not in USUAL]  # fmt: skip
        asked = held.tables["undecided"].to_dicts()
        last = last_recommendations(self.ports)
        settings = {
            who: one.value if isinstance(one, SettingRecommended) else None
            for who, one in last.items()
        }
        named = {row["subject"] for row in told} | {
            row["subject"] for row in asked if row["room"] == "tuning"
        }
        return Week(
            settings=settings,
            named=frozenset(named - {""}),
            messages=tuple(row["message"] for row in told),
        )


def plan_from(text: str) -> Plan:
    """The plan without clinical rules, so that settings rest on the event table alone; its day
    is that of the round."""
    table = {key: one for key, one in tomllib.loads(text).items()
             if key not in ("clearance", "as_of")}  # fmt: skip
    return plan_of(table, sha256=sha256(text.encode()).hexdigest())


def files_of(people: Mapping[str, list[changes.Row]], **more: bytes) -> dict[str, bytes]:
    return {EVENTS: changes.table(dict(people)), **more}
