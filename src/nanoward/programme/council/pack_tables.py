"""Tables of a pack from those of a round: pooled for the open part, else by coded arm.

Each count of people carries the people behind it, as bits of one whole number, so that a
machine can look at every difference before anybody sees the table. They never leave here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from nanoward.base.canonical import sha256_of

OPEN, CLOSED = "open", "closed"
LEAST = 5  # people in an open cell
ALL, OTHER = "all", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCell:
    """One number. people: who is counted, as bits; 0 where no people are counted."""

    row: str
    column: str
    value: float
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTable:
    """One table of a pack: its part, what it was made from, its cells."""

    name: str
    title: str
    part: str
    inputs: tuple[str, ...]
    cells: tuple[PackCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleBits:
    """Everybody of the round as bits, and the arms."""

    place: Mapping[str, int]
    arms: Mapping[str, int] = field(default_factory=dict)

    def bits(self, people: Iterable[str]) -> int:
        """Some people as bits; whoever is unknown is left out."""
        found = 0
        for one in people:
            if one in self.place:
                found |= 1 << self.place[one]
        return found


def people_bits(
    standings: pl.DataFrame, before: Mapping[str, int] = MappingProxyType({})
) -> PeopleBits:
    """Of the table STANDINGS: participant and arm, in order of the identifiers.

    before  places of people of another round: they keep them, so that both can be compared
    """
    rows = standings.sort("participant").select("participant", "arm").rows()
    fresh = (who for who, _ in rows if who not in before)
    places = {**before, **{who: number for number, who in enumerate(fresh, len(before))}}
    place = {who: places[who] for who, _ in rows}
    arms: dict[str, int] = {}
    for who, arm in rows:
        if arm:
            arms[arm] = arms.get(arm, 0) | 1 << place[who]
    return PeopleBits(place=place, arms=dict(sorted(arms.items())))


def arm_codes(arms: Iterable[str], secret: str) -> dict[str, str]:
    """Arm to a letter, in an order that nobody can guess without the secret."""
    order = sorted(arms, key=lambda arm: sha256_of(f"{secret}|{arm}".encode()))
    return {arm: chr(ord("A") + place) for place, arm in enumerate(order)}


def pack_tables(
    tables: Mapping[str, pl.DataFrame], known: PeopleBits, codes: Mapping[str, str]
) -> tuple[PackTable, ...]:
    """Every table of a pack, open ones first."""
    sets = _groups(tables, known)
    found = [_open(name, title, inputs, groups, known) for name, title, inputs, groups in sets]
    found += _plain(tables)
    found += [
        _closed(name, title, inputs, groups, known, codes)
        for name, title, inputs, groups in sets
    ]
    return tuple(one for one in found if one.cells)


Groups = Sequence[tuple[str, str, tuple[str, ...], Mapping[str, int]]]


def _groups(tables: Mapping[str, pl.DataFrame], known: PeopleBits) -> Groups:
    """(name, title, inputs, label to the people counted) of each table of people."""
    found: list[tuple[str, str, tuple[str, ...], Mapping[str, int]]] = []
    standings = tables.get("standings")
    if standings is not None:
        groups = _by(standings, "standing", known)
        found.append(("standings", "People by standing", ("standings",), groups))
        dosed = standings.filter(pl.col("first_dose").is_not_null())["participant"]
        enrolled = {"enrolled": known.bits(known.place), "dosed": known.bits(dosed)}
        names = ("standings.participant", "standings.first_dose")
        found.append(("enrolment", "Enrolment", names, enrolled))
    events = tables.get("adverse_events")
    if events is not None:
        emergent = events.filter("emergent")
        source = ("adverse_events.emergent",)
        found += [
            ("events", "People with an emergent event, by body system", source,
             _by(emergent, "body_system", known)),
            ("severities", "People with an emergent event, by severity", source,
             _by(emergent, "severity", known)),
            ("serious", "People with a serious emergent event", source,
             {"serious": known.bits(emergent.filter("serious")["participant"])}),
        ]  # fmt: skip
    grades = tables.get("grades")
    if grades is not None:
        grave = grades.filter((pl.col("grade") >= 3) & (pl.col("term") != ""))
        groups = _by(grave, "term", known)
        found.append(
            ("laboratory", "People with a result of grade 3 or 4", ("grades",), groups)
        )
    return found


def _by(table: pl.DataFrame, column: str, known: PeopleBits) -> dict[str, int]:
    pairs = table.select(pl.col(column).fill_null("not told"), "participant").unique()
    grouped = pairs.group_by(column).agg("participant").sort(column)
    return {str(label) or "not told": known.bits(people) for label, people in grouped.rows()}


def _open(
    name: str, title: str, inputs: tuple[str, ...], groups: Mapping[str, int], known: PeopleBits
) -> PackTable:
    """Pooled: labels with few people, or of one arm alone, are one label together."""
    kept = {one: bits for one, bits in groups.items() if is_shown(bits, known)}
    rest = 0
    for label, bits in groups.items():
        rest |= bits if label not in kept else 0
    while rest and not is_shown(rest, known) and kept:
        least = min(kept, key=lambda one: (kept[one].bit_count(), one))
        rest |= kept.pop(least)
    cells = [
        PackCell(row=label, column="people", value=bits.bit_count(), people=bits)
        for label, bits in kept.items()
    ]
    if is_shown(rest, known):
        cells.append(PackCell(row=OTHER, column="people", value=rest.bit_count(), people=rest))
    return PackTable(name=name, title=title, part=OPEN, inputs=inputs, cells=tuple(cells))


def is_shown(bits: int, known: PeopleBits) -> bool:
    """Whether a group may stand in an open table by itself."""
    return bits.bit_count() >= LEAST and not tells_arm(bits, known)


def tells_arm(bits: int, known: PeopleBits) -> bool:
    """Whether a group is an arm, everybody but an arm, or people of one arm alone.

    Five people or more who could be of any arm are all of one with a chance below 1 in 80 for
    two arms: such an event is the arm's.
    """
    if len(known.arms) < 2 or not bits:
        return False
    inside = [arm for arm in known.arms.values() if bits & arm]
    everybody = 0
    for arm in known.arms.values():
        everybody |= arm
    of_arms = bits & everybody
    if of_arms.bit_count() >= LEAST and len(inside) == 1:
        return True
    return any(of_arms in (arm, everybody & ~arm) for arm in known.arms.values())


def _plain(tables: Mapping[str, pl.DataFrame]) -> list[PackTable]:
    """Open tables that count no people: findings, capacity, messages, sums of pay."""
    found = []
    findings = tables.get("findings")
    if findings is not None:
        counts = findings.group_by("severity").len().sort("severity").rows()
        found.append(_of_counts("data", "Findings in the data", ("findings",), counts))
    capacity = tables.get("capacity")
    if capacity is not None and not capacity.is_empty():
        sums = capacity.group_by("resource").agg(pl.col("taken").sum()).sort("resource").rows()
        found.append(_of_counts("capacity", "Units booked", ("capacity",), sums))
    messages = tables.get("messages")
    if messages is not None and not messages.is_empty():
        counts = messages.group_by("state").len().sort("state").rows()
        found.append(_of_counts("messages", "Messages that stand", ("messages",), counts))
    return found


def _of_counts(
    name: str, title: str, inputs: tuple[str, ...], counts: Iterable[tuple[str, int]]
) -> PackTable:
    cells = tuple(
        PackCell(row=str(label), column="count", value=float(count)) for label, count in counts
    )
    return PackTable(name=name, title=title, part=OPEN, inputs=inputs, cells=cells)


def _closed(
    name: str, title: str, inputs: tuple[str, ...], groups: Mapping[str, int],
    known: PeopleBits, codes: Mapping[str, str],
) -> PackTable:  # fmt: skip
    """By coded arm, every cell as it is."""
    cells = []
    for label, bits in groups.items():
        for arm, letter in sorted(codes.items(), key=lambda one: one[1]):
            own = bits & known.arms[arm]
            cells.append(PackCell(row=label, column=letter, value=own.bit_count(), people=own))
        cells.append(PackCell(row=label, column=ALL, value=bits.bit_count(), people=bits))
    return PackTable(
        name=f"{name}_by_arm", title=f"{title}, by coded arm", part=CLOSED, inputs=inputs,
        cells=tuple(cells),
    )  # fmt: skip
