"""Standings of two rounds compared: who was let on, who was stopped, and by what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.clearance.standing.standing_rules import HELD, WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """One person's standing in a round, with the reasons, the deciding one first."""

    participant: str
    standing: str
    since: date | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChange:
    """A standing that differs between two rounds; a side that is absent is None."""

    participant: str
    before: StandingRow | None
    after: StandingRow | None


def severity(standing: str) -> int:
    """How much a standing stops, as standing_rules weighs it: 0 for cleared.

    A word that nobody knows stops more than any other.
    """
    weights = [weight for weight, word in enumerate(WORDS) if word == standing]
    return min(weights, default=len(WORDS))


def standing_changes(
    before: Iterable[StandingRow], after: Iterable[StandingRow]
) -> list[StandingChange]:
    """People whose standing differs, who came, or who are gone, by name."""
    old = {one.participant: one for one in before}
    new = {one.participant: one for one in after}
    return [
        StandingChange(participant=who, before=old.get(who), after=new.get(who))
        for who in sorted(old.keys() | new.keys())
        if _word(old.get(who)) != _word(new.get(who))
    ]


def lost_reasons(kept: StandingRow, present: StandingRow) -> tuple[str, ...]:
    """Reasons to stop that only what vanished gives; none where it would let a person on.

    kept     the standing by all that is there and all that vanished
    present  the standing by what is there
    """
    if severity(kept.standing) < max(HELD, severity(present.standing)):
        return ()
    return tuple(one for one in kept.reasons if one not in present.reasons)


def graver(kept: StandingRow, present: StandingRow, told: Sequence[str]) -> StandingRow:
    """The present standing, or the kept one where that stops more; `told` are its reasons."""
    if severity(kept.standing) > severity(present.standing):
        rest = present.reasons if severity(present.standing) >= HELD else ()
        return StandingRow(
            participant=present.participant,
            standing=kept.standing,
            since=kept.since,
            reasons=tuple(dict.fromkeys((*told, *rest))),
        )
    return StandingRow(
        participant=present.participant,
        standing=present.standing,
        since=present.since,
        reasons=tuple(dict.fromkeys((*present.reasons, *told))),
    )


def held_for(present: StandingRow, reason: str) -> StandingRow:
    """The person held for a reason; whoever is stopped already gets it beside the others."""
    if severity(present.standing) >= HELD:
        reasons = (*present.reasons, reason)
        standing, since = present.standing, present.since
    else:
        reasons, standing, since = (reason,), "held", None
    return StandingRow(
        participant=present.participant,
        standing=standing,
        since=since,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def standing_rows(rows: Iterable[Mapping[str, object]]) -> list[StandingRow]:
    """Rows of the table STANDINGS as values."""
    return [
        StandingRow(
            participant=str(row["participant"]),
            standing=str(row["standing"]),
            since=row["since"] if isinstance(row["since"], date) else None,
            reasons=tuple(str(one) for one in _listed(row["reasons"])),
        )
        for row in rows
    ]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _word(row: StandingRow | None) -> str | None:
    return None if row is None else row.standing
