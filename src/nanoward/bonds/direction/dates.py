"""Days and doses beside bonds: who could have given it, from when on, and when they met."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

import polars as pl

from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.direction.direction import odds_from_dates

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Whether a participant was given the agent: None where it is not known.

    first  day of the first dose, None where never or not told
    """

    given: bool | None = None
    first: date | None = None

    def before(self, day: date | None) -> bool | None:
        """Whether it was given by a day: not to one found to carry it before the first dose."""
        if self.given and self.first is not None and day is not None:
            return self.first <= day
        return self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHistory:
    """All recorded contact of two people.

    hours        together; a contact without hours counts as one hour
    first, last  days, None where no row tells them
    told         hours on record alone, None where no row tells any
    """

    hours: float
    first: date | None
    last: date | None
    told: float | None = None


def doses_of(samples: pl.DataFrame, standings: pl.DataFrame | None = None) -> dict[str, Dose]:
    """Participant to their dose: from the standings, else `dosed`, else `lot` of the samples.

    A column in which nothing is told says nothing of anybody.
    """
    found: dict[str, Dose] = {}
    told = {
        name: name in samples.columns and samples[name].is_not_null().any()
        for name in ("dosed", "lot")
    }
    for row in samples.to_dicts():
        first = row["dosed"] if told["dosed"] else None
        lot = bool(row["lot"]) if told["lot"] else None
        before = found.get(row["participant"], Dose())
        given = first is not None if told["dosed"] else lot
        days = [day for day in (before.first, first) if day is not None]
        found[row["participant"]] = Dose(
            given=given if before.given is None else before.given or bool(given),
            first=min(days, default=None),
        )
    for who, first in (
        () if standings is None else standings.select("participant", "first_dose").rows()
    ):
        found[who] = Dose(given=first is not None, first=first)
    return found


def odds_by_pair(
    people: Sequence[ComparedParticipant],
    doses: Mapping[str, Dose],
    serial: tuple[float, float] | None = None,
) -> dict[Pair, float]:
    """Log odds that a gave it to b from dates and doses, for pairs whom these tell apart.

    Somebody found to carry the agent before their own first dose counts as not dosed. People
    of two strata are no pair; of somebody in several, the first day found in any counts. Days
    are those of onset where both are told.
    serial  mean and standard deviation of the agent's serial interval, if known
    """
    first: dict[str, date] = {}
    onset = {one.participant: one.onset for one in people if one.onset is not None}
    strata: dict[str, set[str]] = defaultdict(set)
    for one in people:
        strata[one.stratum].add(one.participant)
        if one.first is not None:
            first[one.participant] = min(one.first, first.get(one.participant, one.first))
    odds: dict[Pair, float] = {}
    known = cache(partial(_odds_of_days, serial))  # pairs are many, gaps of days are few
    for members in strata.values():
        names = sorted(members)
        for k, a in enumerate(names):
            for b in names[k + 1 :]:
                days = first.get(a), first.get(b)
                ill = (onset[a], onset[b]) if a in onset and b in onset else days
                found = known(
                    doses.get(a, Dose()).before(days[0]),
                    doses.get(b, Dose()).before(days[1]),
                    (ill[1] - ill[0]).days if ill[0] and ill[1] else None,
                )
                if found:
                    odds[a, b] = found
    return odds


def _odds_of_days(
    serial: tuple[float, float] | None,
    dosed_a: bool | None,  # noqa: FBT001 - a key of the cache
    dosed_b: bool | None,  # noqa: FBT001
    days: int | None,
) -> float:
    """`odds_from_dates` by the days between; None: not known."""
    day = date(2000, 1, 1)
    return odds_from_dates(
        dosed_a=dosed_a,
        dosed_b=dosed_b,
        first_a=day,
        first_b=None if days is None else day + timedelta(days=days),
        serial=serial,
    )


def contact_histories(contacts: pl.DataFrame | None) -> dict[Pair, ContactHistory]:
    """Both names in order to all that is recorded of their contact."""
    rows: dict[Pair, list[ContactHistory]] = defaultdict(list)
    for row in () if contacts is None else contacts.to_dicts():
        hours = row.get("hours")
        rows[min(row["a"], row["b"]), max(row["a"], row["b"])].append(
            ContactHistory(
                hours=1.0 if hours is None else float(hours),
                first=row.get("first"),
                last=row.get("last") or row.get("first"),
                told=None if hours is None else float(hours),
            )
        )
    return {
        pair: ContactHistory(
            hours=sum(one.hours for one in some),
            first=_least(one.first for one in some),
            last=_most(one.last for one in some),
            told=_sum([one.told for one in some if one.told is not None]),
        )
        for pair, some in sorted(rows.items())
    }


def dated(
    bonds: pl.DataFrame,
    met: Mapping[Pair, ContactHistory],
    people: Sequence[ComparedParticipant],
    doses: Mapping[str, Dose],
) -> pl.DataFrame:
    """BONDS with the columns on contact, `first_possible` and `last_seen`.

    The agent can pass between two from the day on which one of them was dosed (the earlier of
    the two, if both were), and not before they met, if their first meeting is on record.
    """
    taken = {one.sample: one.taken for one in people}
    rows = []
    for a, b, x, y in bonds.select("a", "b", "sample_a", "sample_b").rows():
        meeting = met.get((a, b))
        doses_known = [doses[who].first for who in (a, b) if who in doses]
        dosed = _least(doses_known)
        start = meeting.first if meeting else None
        days = [taken.get(x), taken.get(y)]
        rows.append(
            {
                "contact_hours": meeting.told if meeting else None,
                "contact_first": start,
                "contact_last": meeting.last if meeting else None,
                "first_possible": _most([dosed, start]),
                "last_seen": _most(days) if None not in days else None,
            }
        )
    kinds = {name: bonds.schema[name] for name in _FILLED}
    return bonds.with_columns(pl.DataFrame(rows, schema=kinds).get_columns())


_FILLED = ("contact_hours", "contact_first", "contact_last", "first_possible", "last_seen")


def _sum(hours: Sequence[float]) -> float | None:
    return sum(hours) if hours else None


def _least(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _most(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
