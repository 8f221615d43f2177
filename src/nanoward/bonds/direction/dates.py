"""Days and doses beside bonds: who could have given it, from when on, and when they met."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from jaxtyping import Float, Int

from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.contacts.pair_places import days_or_none, pair_places, places_of
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOdds:
    """What dates and doses of P people say of the direction between any two.

    first, onset  ordinals of the first day found and of falling ill, NaN where not known
    dosed         -1 not known, 0 not dosed by the first day found, 1 dosed
    serial        mean and standard deviation of the agent's serial interval, if known
    """

    people: tuple[str, ...]
    first: Float[np.ndarray, " P"]
    onset: Float[np.ndarray, " P"]
    dosed: Int[np.ndarray, " P"]
    serial: tuple[float, float] | None = None

    def of(self, a: pl.Series, b: pl.Series) -> Float[np.ndarray, " N"]:
        """(N,) log odds that a gave it to b; 0 where dates and doses do not tell them apart.

        Pairs are many, gaps of days few: each is asked once.
        """
        i, j = places_of(a, self.people), places_of(b, self.people)
        ill = self.onset[j] - self.onset[i]
        days = np.where(np.isnan(ill), self.first[j] - self.first[i], ill)
        known, gap = ~np.isnan(days), np.nan_to_num(days).astype(np.int64)
        code = (gap * 2 + known) * 9 + (self.dosed[i] + 1) * 3 + self.dosed[j] + 1
        _, first, back = np.unique(code, return_index=True, return_inverse=True)
        states = (None, False, True)
        odds = [
            _odds_of_days(
                self.serial,
                states[self.dosed[i[at]] + 1],
                states[self.dosed[j[at]] + 1],
                int(gap[at]) if known[at] else None,
            )
            for at in first.tolist()
        ]
        found: Float[np.ndarray, " N"] = np.array(odds, float)[back]
        return found


def date_odds(
    people: Sequence[ComparedParticipant],
    doses: Mapping[str, Dose],
    serial: tuple[float, float] | None = None,
) -> DateOdds:
    """Log odds from dates and doses, for any two of the people.

    Somebody found to carry the agent before their own first dose counts as not dosed. Of
    somebody in several strata, the first day found in any counts. Days are those of onset
    where both are told.
    serial  mean and standard deviation of the agent's serial interval, if known
    """
    first: dict[str, date] = {}
    onset = {one.participant: one.onset for one in people if one.onset is not None}
    for one in people:
        if one.first is not None:
            first[one.participant] = min(one.first, first.get(one.participant, one.first))
    names = tuple(sorted({one.participant for one in people}))
    given = [doses.get(who, Dose()).before(first.get(who)) for who in names]
    return DateOdds(
        people=names,
        first=_ordinals(names, first),
        onset=_ordinals(names, onset),
        dosed=np.array([-1 if one is None else int(one) for one in given], np.int64),
        serial=serial,
    )


def _ordinals(names: Sequence[str], days: Mapping[str, date]) -> Float[np.ndarray, " P"]:
    """(P,) day of each, NaN where there is none."""
    return _ordinals_of([days.get(who) for who in names])


def _odds_of_days(
    serial: tuple[float, float] | None,
    dosed_a: bool | None,  # noqa: FBT001 - cases are made of positions
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
    taken = {one.sample: one.taken for one in people if one.taken is not None}
    samples = tuple(dict.fromkeys(one.sample for one in people))
    day = np.append(_ordinals(samples, taken), np.nan)  # the last: of no known sample
    pairs = pair_places(bonds["a"], bonds["b"])
    given = {who: one.first for who, one in doses.items() if one.first is not None}
    dose = _ordinals(pairs.names, given)
    dosed = np.fmin(dose[pairs.a], dose[pairs.b])
    rows, at = pairs.found_in(met)
    histories = list(met.values())
    start = np.full(bonds.height, np.nan)
    start[rows] = _ordinals_of([histories[k].first for k in at.tolist()])
    last = np.full(bonds.height, np.nan)
    last[rows] = _ordinals_of([histories[k].last for k in at.tolist()])
    hours = np.full(bonds.height, np.nan)
    hours[rows] = [np.nan if (one := histories[k].told) is None else one for k in at.tolist()]
    seen = np.maximum(
        *(day[places_of(bonds[side], samples)] for side in ("sample_a", "sample_b"))
    )
    dates = {
        "contact_first": start,
        "contact_last": last,
        "first_possible": np.fmax(dosed, start),
        "last_seen": seen,
    }
    return bonds.with_columns(
        pl.Series("contact_hours", hours).fill_nan(None),
        *(days_or_none(days, ~np.isnan(days), name) for name, days in dates.items()),
    )


def _ordinals_of(days: Sequence[date | None]) -> Float[np.ndarray, " N"]:
    """(N,) days as numbers, NaN of none."""
    return np.array([np.nan if day is None else day.toordinal() for day in days], float)


def _sum(hours: Sequence[float]) -> float | None:
    return sum(hours) if hours else None


def _least(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _most(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
