"""Small worlds with known bonds, made directly as tables: many in a second, each of a kind.

All figures in here are our own assumptions, chosen so that a link is neither obvious nor
hopeless: a link of a month has left some five shared changes. What a kind does to a world is
one function below; the rest is the same in all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.base.tables import ALIGNED, CONTACTS, FACTORS, PROFILES, SAMPLES
from nanoward.maths.frames import frame_of

LENGTH = 6000
SAMPLED_DAY = 150
START = date(2026, 1, 1)
SEEN = 0.02  # share from which the laboratory reports a minor allele

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BondWorld:
    """Tables as the rooms take them, and who is truly linked.

    links  {(a, b): days of common history}, names in order: their populations come from one
           person's after the lot (or, without a lot, from one introduction)
    came   {(source, recipient): day} of every passing between two sampled people whose
           recipient was not reached again
    """

    samples: pl.DataFrame
    profiles: pl.DataFrame
    aligned: pl.DataFrame
    factors: pl.DataFrame
    contacts: pl.DataFrame
    links: Mapping[tuple[str, str], int]
    came: Mapping[tuple[str, str], int]


@dataclass(slots=True, kw_only=True)
class _Makings:
    """What a world is made of before it is sampled; kinds change it in place."""

    chance: np.random.Generator
    hosts: int
    site: NDArray[np.int64]
    lot: NDArray[np.int64]
    run: NDArray[np.int64]
    from_lot: bool
    transmits: bool = True
    lot_shares: Shares = field(default_factory=lambda: np.zeros((2, LENGTH)))
    shares: Shares = field(default_factory=lambda: np.zeros((0, LENGTH)))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Transmission:
    """From whom the agent passed to whom, and on which day; in order of the days."""

    day: int
    source: int
    recipient: int


def _neutral(makings: _Makings) -> None:
    """Nothing besides mutation and passing."""


def _no_transmission(makings: _Makings) -> None:
    makings.transmits = False


def _lot_contamination(makings: _Makings) -> None:
    """The second lot carries twelve changes that the first lacks, at 2 to 60 %."""
    places = makings.chance.choice(LENGTH, 12, replace=False)
    makings.lot_shares[1, places] = makings.chance.uniform(0.02, 0.6, 12)


def _uneven(makings: _Makings) -> None:
    """Half of all people are at one site."""
    moved = makings.chance.random(makings.hosts) < 0.45
    makings.site[moved] = 0


def _convergent(makings: _Makings) -> None:
    """Sixty places, each of which 3 to 10 % of hosts adapt at, whoever they had it from."""
    places = makings.chance.choice(LENGTH, 60, replace=False)
    chance_each = makings.chance.uniform(0.03, 0.10, 60)
    adapted = makings.chance.random((makings.hosts, 60)) < chance_each
    part = makings.chance.random((makings.hosts, 60))
    found = np.where(part < 0.6, 1.0, part)
    makings.shares[:, places] = np.where(adapted, found, makings.shares[:, places])


def _index_hopping(makings: _Makings) -> None:
    """0.5 % of the reads of a run change their label; samples differ in reads sixteenfold."""
    reads = np.exp(makings.chance.normal(0, 0.7, makings.hosts))
    for run in np.unique(makings.run):
        of = makings.run == run
        pool = reads[of] @ makings.shares[of] / reads[of].sum()
        stray = 0.005 * reads[of].mean() / reads[of]
        part = (stray / (1 + stray))[:, None]
        makings.shares[of] = (1 - part) * makings.shares[of] + part * pool


def _mixed(makings: _Makings) -> None:
    """A third of people carry a second population at 5 to 50 %, of somebody not sampled."""
    guests = np.flatnonzero(makings.site < 0)
    count = makings.hosts - len(guests)
    mixed = makings.chance.permutation(count)[: len(guests)]
    part = makings.chance.uniform(0.05, 0.5, len(guests))[:, None]
    makings.shares[mixed] = (1 - part) * makings.shares[mixed] + part * makings.shares[guests]


def _guests(makings: _Makings) -> None:
    """The last quarter are never sampled, and meet nobody."""
    makings.site[-(-3 * makings.hosts // 4) :] = -1  # rounded up: the sampled are all there


_BEFORE: dict[str, Callable[[_Makings], None]] = {
    "neutral": _neutral,
    "lot contamination": _lot_contamination,
    "30 % sampled": _neutral,
    "uneven sampling": _uneven,
    "no transmission": _no_transmission,
    "mixed infections": _guests,
}
_AFTER: dict[str, Callable[[_Makings], None]] = {
    "convergent adaptation": _convergent,
    "index hopping": _index_hopping,
    "mixed infections": _mixed,
}
KINDS = tuple({**_BEFORE, **_AFTER})


def bond_world(
    kind: str, seed: int, *, hosts: int = 96, sites: int = 6, from_lot: bool = True
) -> BondWorld:
    """A world of one of KINDS. The kind may be followed by "+ no transmission".

    hosts     people sampled
    from_lot  all carry one agent (of two lots of it); else wild lineages on a neutral tree
    """
    chance = np.random.default_rng((seed, hosts, sites, int(from_lot), len(kind)))
    names = [name.strip() for name in kind.split("+")]
    everyone = round(hosts / (0.3 if "30 % sampled" in names else 1.0))
    if "mixed infections" in names:
        everyone += everyone // 3
    makings = _Makings(
        chance=chance,
        hosts=everyone,
        site=chance.integers(0, sites, everyone),
        lot=chance.integers(0, 2, everyone),
        run=chance.integers(0, 4, everyone),
        from_lot=from_lot,
    )
    for name in names:
        _BEFORE.get(name, _neutral)(makings)
    came = _passings(makings)
    histories = _evolved(makings, came)
    for name in names:
        _AFTER.get(name, _neutral)(makings)
    return _seen(makings, came, histories, hosts)


def _passings(makings: _Makings) -> list[_Transmission]:
    """Transmissions in order; a recipient is reached once, within a site."""
    found = []
    if makings.transmits:
        reached = (makings.chance.random(makings.hosts) < 0.35) & (makings.site >= 0)
        for host in np.flatnonzero(reached):
            near = np.flatnonzero(makings.site == makings.site[host])
            near = near[near != host]
            if len(near):
                day = int(makings.chance.integers(40, 130))
                source = int(makings.chance.choice(near))
                found.append(_Transmission(day=day, source=source, recipient=int(host)))
    return sorted(found)


def _evolved(makings: _Makings, came: list[_Transmission]) -> list[list[tuple[int, int]]]:
    """Fill the shares; returns through whom each population came: (host, since day)."""
    chance = makings.chance
    makings.shares = (
        _founded(makings) if makings.from_lot else _neutral_tree(chance, makings.hosts)
    )
    since = chance.integers(0, 20, makings.hosts)
    histories = [[(host, int(since[host]))] for host in range(makings.hosts)]
    for one in came:
        day, source, host = one.day, one.source, one.recipient
        _age(makings, source, day - int(since[source]))
        since[source] = day
        makings.shares[host] = chance.binomial(5, makings.shares[source]) / 5
        since[host] = day
        histories[host] = [*histories[source], (host, day)]
    for host in range(makings.hosts):
        _age(makings, host, SAMPLED_DAY - int(since[host]))
        _add_minor(makings, host)
    return histories


def _founded(makings: _Makings) -> Shares:
    """What the lot gave: forty genomes of it."""
    of_lot: Shares = makings.chance.binomial(40, makings.lot_shares[makings.lot]) / 40
    return of_lot


def _age(makings: _Makings, host: int, days: int) -> None:
    """Changes at 0.15 a day, fixed at once; what was minor is lost or fixed by its share."""
    chance, own = makings.chance, makings.shares[host]
    moving = np.flatnonzero((own > 0) & (own < 1))
    settled = chance.random(len(moving)) < min(1.0, days / 60)
    fixed = (chance.random(len(moving)) < own[moving]).astype(float)
    own[moving] = np.where(settled, fixed, own[moving])
    places = chance.integers(0, LENGTH, chance.poisson(0.15 * days))
    own[places] = 1 - own[places]


def _add_minor(makings: _Makings, host: int) -> None:
    count = int(makings.chance.poisson(5))
    places = makings.chance.integers(0, LENGTH, count)
    own = makings.shares[host]
    part = np.exp(makings.chance.uniform(np.log(0.02), np.log(0.5), count))
    own[places] = np.where(own[places] == 0, part, own[places])


def _neutral_tree(chance: np.random.Generator, hosts: int, rate: float = 500.0) -> Shares:
    """Strangers under a neutral coalescent (Kingman 1982), and some 15 changes of their own.

    They come from a large reservoir of which few are seen, so that no two are next of kin.
    """
    groups = [[host] for host in range(hosts)]
    shares = np.zeros((hosts, LENGTH))
    free = iter(chance.permutation(LENGTH).tolist())
    while len(groups) > 1:
        waiting = chance.exponential(2.0 / (len(groups) * (len(groups) - 1)))
        for group in groups:
            for _ in range(chance.poisson(rate * waiting)):
                place = next(free, None)
                if place is not None:
                    shares[group, place] = 1.0
        i, j = sorted(chance.choice(len(groups), 2, replace=False).tolist())
        groups[i] = groups[i] + groups.pop(j)
    for own in shares:
        own[chance.integers(0, LENGTH, chance.poisson(15))] = 1.0
    return shares


def _seen(
    makings: _Makings,
    came: list[_Transmission],
    histories: list[list[tuple[int, int]]],
    hosts: int,
) -> BondWorld:
    """Draw who is sampled and what the laboratory reads of them."""
    chance = makings.chance
    kept = np.sort(chance.permutation(np.flatnonzero(makings.site >= 0))[:hosts]).tolist()
    name = {host: f"P{host:04d}" for host in kept}
    depth = np.maximum(50, chance.lognormal(6, 0.5, hosts)).astype(int)
    read = chance.binomial(depth[:, None], makings.shares[kept]) / depth[:, None]
    odd = chance.integers(0, LENGTH, (hosts, 1))
    read[np.arange(hosts), odd[:, 0]] = np.maximum(read[np.arange(hosts), odd[:, 0]], 0.03)
    links = {
        (name[a], name[b]): days
        for number, a in enumerate(kept)
        for b in kept[number + 1 :]
        if (days := _common_days(histories[a], histories[b])) is not None
    }
    met = _contacts(makings, came, kept)
    passed = {
        (name[one.source], name[one.recipient]): one.day
        for one in came
        if one.source in name and one.recipient in name
    }
    return BondWorld(
        samples=frame_of(SAMPLES, (_sample(makings, host, name[host]) for host in kept)),
        profiles=frame_of(PROFILES, (_profile(name[host]) for host in kept)),
        aligned=frame_of(
            ALIGNED,
            (
                {
                    "sample": name[host],
                    "contig": "c",
                    "sequence": "".join(np.where(row >= 0.5, "G", "A").tolist()),
                }
                for host, row in zip(kept, read, strict=True)
            ),
        ),
        factors=_factors([name[host] for host in kept], read, depth),
        contacts=frame_of(
            CONTACTS, ({"a": name[a], "b": name[b], "kind": "room"} for a, b in sorted(met))
        ),
        links=links,
        came=passed,
    )


def _common_days(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int | None:
    if one[0] != other[0]:
        return None
    both = 0
    while both < min(len(one), len(other)) and one[both] == other[both]:
        both += 1
    ends = [path[both][1] if both < len(path) else SAMPLED_DAY for path in (one, other)]
    return min(ends) - one[0][1]


def _contacts(
    makings: _Makings, came: list[_Transmission], kept: list[int]
) -> set[tuple[int, int]]:
    """70 % of passings are on record, and as many contacts again that passed nothing."""
    chance, inside = makings.chance, set(kept)
    met = {
        (min(one.source, one.recipient), max(one.source, one.recipient))
        for one in came
        if chance.random() < 0.7
    }
    for host in chance.choice(kept, max(20, len(kept) // 3)).tolist():
        near = np.flatnonzero(makings.site == makings.site[host])
        other = int(chance.choice(near))
        if other != host:
            met.add((min(host, other), max(host, other)))
    return {(a, b) for a, b in met if a in inside and b in inside}


def _sample(makings: _Makings, host: int, name: str) -> dict[str, object]:
    return {
        "sample": name,
        "participant": name,
        "taken": START + timedelta(days=SAMPLED_DAY),
        "site": f"S{makings.site[host]}",
        "lot": f"L{makings.lot[host]}" if makings.from_lot else None,
        "run": f"R{makings.run[host]}",
    }


def _profile(name: str) -> dict[str, object]:
    return {"sample": name, "participant": name, "readable": LENGTH, "typed_as": "agent"}


def _factors(names: list[str], read: Shares, depth: NDArray[np.int64]) -> pl.DataFrame:
    who, where = np.nonzero(read >= SEEN)
    share = read[who, where]
    return frame_of(
        FACTORS,
        (
            {
                "sample": names[w],
                "contig": "c",
                "position": p + 1,
                "ref": "A",
                "alt": "G",
                "frequency": f,
                "depth": int(depth[w]),
                "evidence": "consensus" if f >= 0.5 else "minor",
            }
            for w, p, f in zip(who.tolist(), where.tolist(), share.tolist(), strict=True)
        ),
    )
