"""Standings of a round beside the ledger's: who lapsed, who differs, who is in danger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from nanoward.base.entries import (
    KINDS,
    DangerSignalled,
    Entry,
    StandingDecided,
    entry_of,
    kind_of,
)
from nanoward.base.findings import Finding
from nanoward.clearance.standing.standing_differences import severity
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ledger import Ledger

OPEN: Final = ("cleared", "screened")  # what a person who is gone from the records loses
MOST_NAMED: Final = 5
DANGEROUS: Final = ("life-threatening", "fatal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerns:
    """Whom a round has newly held or recalled, or found in danger; sorted names."""

    recalled: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.recalled or self.held or self.danger)


def gravity(word: str) -> int:
    """How grave a standing is, from cleared (0) to died; an unknown word is the gravest."""
    return severity(word)


def is_superseded(decided: StandingDecided, known: StandingDecided | None, today: date) -> bool:
    """Whether the ledger's standing is of a later day and at least as grave.

    Such a standing stands in its own round's tables alone, so that a round of a past day
    brings nobody back who was held or has left since. A graver one is never left out, and a
    standing dated after today supersedes nothing.
    """
    if known is None or not decided.as_of < known.as_of <= today:
        return False
    return gravity(decided.standing) <= gravity(known.standing)


def latest_standings(
    ledger: Ledger, *, before: date | None = None, after: int = 0
) -> dict[str, StandingDecided]:
    """What the ledger last recorded of everybody; before: of days before this one alone.

    after  a place on the ledger: only what was recorded behind it
    """
    found: dict[str, StandingDecided] = {}
    for record in ledger.records(after=after, kind=kind_of(StandingDecided)):
        entry = entry_of(record.kind, record.body, KINDS)
        if isinstance(entry, StandingDecided) and (before is None or entry.as_of < before):
            found[entry.participant] = entry
    return found


def lapsed_standings(
    known: Mapping[str, StandingDecided], decided: Iterable[Entry], day: date
) -> tuple[tuple[StandingDecided, ...], tuple[Finding, ...]]:
    """A hold, and a finding, for everybody cleared of whom the round has no record any more."""
    seen = {one.participant for one in decided if isinstance(one, StandingDecided)}
    gone = sorted(
        who
        for who, one in known.items()
        if who not in seen and one.as_of <= day and one.standing in OPEN
    )
    told = f"lapsed: the round of {day} had no record of the person"
    return (
        tuple(
            StandingDecided(
                participant=who, standing="held", as_of=day, since=day, reasons=(told,)
            )
            for who in gone
        ),
        tuple(
            Finding(
                code="CTL-010",
                severity="error",
                message=f"{who} was {known[who].standing} on {known[who].as_of}, and no file"
                " has a record of the person any more: held",
                next_step="Bring the person's records back, or record how the person left.",
                subject=who,
            )
            for who in gone
        ),
    )


def standing_differences(
    decided: Sequence[Entry], known: Mapping[str, StandingDecided]
) -> Iterator[Finding]:
    """An error for each way in which the ledger, which gates follow, differs from a round."""
    pairs: dict[tuple[str, str, date], list[str]] = defaultdict(list)
    for one in decided:
        if not isinstance(one, StandingDecided):
            continue
        theirs = known.get(one.participant)
        if theirs is not None and theirs.standing != one.standing:
            pairs[one.standing, theirs.standing, theirs.as_of].append(one.participant)
    for (ours, word, day), people in sorted(pairs.items()):
        names = ", ".join(people[:MOST_NAMED])
        more = f" and {len(people) - MOST_NAMED} more" if len(people) > MOST_NAMED else ""
        yield Finding(
            code="CTL-011",
            severity="error",
            message=f"this round says {ours}, the ledger says {word} as of {day}:"
            f" {names}{more}; gates follow the ledger",
            next_step="Hold the round for today; a round of an earlier day decides for nobody.",
            subject=people[0] if len(people) == 1 else "",
        )


def concerns_of(
    decided: Iterable[Entry],
    before: Mapping[str, StandingDecided],
    signals: Iterable[DangerSignalled],
    severe: Mapping[str, date | None],
) -> Concerns:
    """Whom the round has newly held or recalled since the day before it, and who is in danger.

    before   standings of earlier days
    signals  signs of danger in recorded assessments
    severe   participants with a life-threatening or fatal event, and when the last began
    """
    mine = {one.participant: one for one in decided if isinstance(one, StandingDecided)}

    def fresh(word: str) -> tuple[str, ...]:
        return tuple(
            sorted(
                who
                for who, one in mine.items()
                if one.standing == word
                and (who not in before or gravity(before[who].standing) < gravity(word))
            )
        )

    last = {who: one.as_of for who, one in before.items()}
    danger = {one.participant for one in signals if _since(one.assessed, last, one.participant)}
    danger |= {who for who, began in severe.items() if _since(began, last, who)}
    return Concerns(
        recalled=fresh("recalled"), held=fresh("held"), danger=tuple(sorted(danger))
    )


def _since(day: date | None, last: Mapping[str, date], who: str) -> bool:
    """Whether something of that day came after the person's last standing; unknown days do."""
    return day is None or who not in last or day > last[who]


def danger_signals(ledger: Ledger, day: date) -> tuple[DangerSignalled, ...]:
    """Signs of danger recorded up to a day."""
    found = (
        entry_of(one.kind, one.body, KINDS)
        for one in ledger.records(kind=kind_of(DangerSignalled))
    )
    return tuple(
        one for one in found if isinstance(one, DangerSignalled) and one.assessed <= day
    )


def grave_events(cleared: Outcome) -> dict[str, date | None]:
    """Participants with a life-threatening or fatal event, and when the last began."""
    events = cleared.tables.get("adverse_events")
    if events is None:
        return {}
    grave = events.filter(pl.col("severity").is_in(DANGEROUS) & pl.col("emergent"))
    rows = grave.group_by("participant").agg(
        began=pl.when(pl.col("started").is_null().any())
        .then(None)
        .otherwise(pl.col("started").max())
    )
    return dict(rows.select("participant", "began").iter_rows())
