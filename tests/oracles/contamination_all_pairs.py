"""Contamination asked of every pair in full, over all alleles at once: slow and plain.

As it was before pairs were screened by compiled code. Panels are whole tables of all samples
and alleles; nothing is decided by an approximation.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.tables import CARRYOVER
from nanoward.catalogue.identity.contamination import (
    CONTAMINATED,
    KEPT_P,
    LESSER,
    LEVEL,
    NAMELESS,
    NONE,
    PASSED_ON,
    ContaminationResult,
    _is_silent,
    _row,
    _would_show,
)
from nanoward.catalogue.identity.contamination_likelihood import (
    contamination_evidence,
    part_of,
)
from nanoward.catalogue.identity.contamination_panel import (
    LEAST_FOREIGN,
    MAJOR,
    USUAL_DEPTH,
    AllelePanel,
    MinorVariantRates,
)
from nanoward.catalogue.identity.informative_sites import informative_sites
from nanoward.maths.frames import frame_of

Pairs = Collection[tuple[str, str]]


Allele = tuple[str, int, str, str]


def panel_of(
    profiles: pl.DataFrame, samples: pl.DataFrame, factors: pl.DataFrame, aligned: pl.DataFrame
) -> AllelePanel:
    """The samples that hold the agent and have a run, and every allele that could show."""
    runs = dict(samples.select("sample", "run").rows())
    known = profiles.filter(pl.col("typed_as") != "unreadable").sort("sample")
    rows = [
        (s, p, str(runs.get(s) or "")) for s, p in known.select("sample", "participant").rows()
    ]
    names = [one[0] for one in rows]
    own = factors.filter(pl.col("sample").is_in(names))
    big = own.filter(pl.col("frequency") >= LEAST_FOREIGN)
    key = ["contig", "position", "ref", "alt"]
    alleles = [tuple(one) for one in big.select(key).unique().sort(key).rows()]
    place = _places(alleles)
    shares, depth = _laid_out(names, alleles, own)
    people = sorted({one[1] for one in rows})
    called = sorted({one[2] for one in rows})
    return AllelePanel(
        samples=names,
        person=np.array([people.index(one[1]) for one in rows], np.int64),
        run=np.array([called.index(one[2]) for one in rows], np.int64),
        runs=called,
        shares=shares,
        depth=depth,
        told=_told(names, alleles, aligned),
        floor=_floors(names, own),
        usual=_usual(names, own),
        place=place,
    )


def _places(alleles: Sequence[Allele]) -> Int[np.ndarray, " F"]:
    number: dict[tuple[str, int], int] = {}
    found = [number.setdefault(one[:2], len(number)) for one in alleles]
    return np.array(found, np.int64)


def _laid_out(
    names: Sequence[str], alleles: Sequence[Allele], own: pl.DataFrame
) -> tuple[Float[np.ndarray, "S F"], Float[np.ndarray, "S F"]]:
    row = {name: at for at, name in enumerate(names)}
    column = {one: at for at, one in enumerate(alleles)}
    shares = np.zeros((len(names), len(alleles)))
    depth = np.full(shares.shape, np.nan, np.float32)  # whole numbers: none is rounded
    for name, *key, share, letters in own.select(
        "sample", "contig", "position", "ref", "alt", "frequency", "depth"
    ).rows():
        at = column.get(tuple(key))
        if at is not None:
            shares[row[name], at] = share
            depth[row[name], at] = letters or np.nan
    return shares, depth


def _told(
    names: Sequence[str], alleles: Sequence[Allele], aligned: pl.DataFrame
) -> Bool[np.ndarray, "S F"]:
    row = {name: at for at, name in enumerate(names)}
    by_contig: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, (contig, position, _, _) in enumerate(alleles):
        by_contig[contig].append((at, position - 1))
    told = np.zeros((len(names), len(alleles)), bool)
    asked = {contig: np.array(some).T for contig, some in by_contig.items()}
    for name, contig, letters in aligned.select("sample", "contig", "sequence").rows():
        if name not in row or contig not in asked:
            continue
        columns, places = asked[contig]
        text = np.frombuffer(letters.encode(), np.uint8)
        inside = places < len(text)
        told[row[name], columns[inside]] = text[places[inside]] != ord("N")
    return told


def _floors(names: Sequence[str], own: pl.DataFrame) -> Float[np.ndarray, " S"]:
    """The least share told of a minor variant: of the sample itself, or of all together."""
    minor = own.filter(pl.col("frequency").is_between(0, MAJOR, closed="right"))
    every = minor["frequency"].quantile(0.02) if minor.height else 0.02
    least = dict(minor.group_by("sample").agg(pl.col("frequency").min()).rows())
    return np.array([max(least.get(one, 0.0), every or 0.02) for one in names])


def _usual(names: Sequence[str], own: pl.DataFrame) -> Float[np.ndarray, " S"]:
    middle = dict(own.group_by("sample").agg(pl.col("depth").median()).rows())
    return np.array([float(middle.get(one) or USUAL_DEPTH) for one in names])


def contamination_result(
    profiles: pl.DataFrame,
    samples: pl.DataFrame,
    factors: pl.DataFrame,
    aligned: pl.DataFrame,
    met: Pairs = (),
    linked: Pairs = (),
) -> ContaminationResult:
    """Every ordered pair of one run and two people.

    met     pairs of people with a recorded contact: one may have given it to the other, so
            they are asked about and not flagged
    linked  pairs of people who share factors: they do not speak against each other
    """
    if "run" not in samples.columns:
        return ContaminationResult(table=frame_of(CARRYOVER, []), runs={})
    panel = panel_of(profiles, samples, factors, aligned)
    people = dict(profiles.select("sample", "participant").rows())
    names = [str(people[one]) for one in panel.samples]
    bench = _Bench(
        panel=panel,
        chances=MinorVariantRates(panel),
        names=names,
        met={frozenset(one) for one in met},
        related={frozenset(one) for one in (*met, *linked)},
    )
    wells = dict(samples.select("sample", "well").rows()) if "well" in samples.columns else {}
    rows: list[dict[str, Any]] = []
    runs: dict[str, tuple[int, int]] = {}
    for number, run in enumerate(panel.runs):
        members = np.flatnonzero(panel.run == number).tolist()
        pairs = [(s, c) for s in members for c in members if names[s] != names[c]]
        if run and pairs:
            weights = pair_weights(
                [(panel.samples[s], panel.samples[c]) for s, c in pairs], wells
            )
            found, seen = _run_rows(bench, pairs, weights)
            rows += found
            runs[run] = len(pairs), seen
    return ContaminationResult(table=frame_of(CARRYOVER, rows), runs=runs)


def pair_weights(
    pairs: Collection[tuple[str, str]], wells: Mapping[str, str | None]
) -> dict[tuple[str, str], float]:
    """Share of the level that each pair may spend; they sum to 1.

    Half of it is shared by pairs in wells that touch (A1 and B2), where wells are told:
    material splashes more often than it flies (Walker et al. 2020, Access Microbiol 2:a35).
    """
    near = [one for one in pairs if _touch(wells.get(one[0]), wells.get(one[1]))]
    if not near or len(near) == len(pairs):
        return dict.fromkeys(pairs, 1.0 / len(pairs))
    far = 0.5 / (len(pairs) - len(near))
    return {**dict.fromkeys(pairs, far), **dict.fromkeys(near, 0.5 / len(near))}


def _touch(one: str | None, other: str | None) -> bool:
    places = [
        (ord(well[0].upper()), int(well[1:]))
        for well in (one, other)
        if well and well[0].isalpha() and well[1:].isdigit()
    ]
    if len(places) < 2:
        return False
    (a, b), (c, d) = places
    return max(abs(a - c), abs(b - d)) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    panel: AllelePanel
    chances: MinorVariantRates
    names: list[str]
    met: set[frozenset[str]]
    related: set[frozenset[str]]

    def are(self, pairs: set[frozenset[str]], sample: int, source: int) -> bool:
        return frozenset((self.names[sample], self.names[source])) in pairs


def _run_rows(
    bench: _Bench, pairs: list[tuple[int, int]], weights: Mapping[tuple[str, str], float]
) -> tuple[list[dict[str, Any]], int]:
    """Rows of the pairs that show something, and the number in which 5 % would show."""
    panel, visible = bench.panel, 0
    rows: list[dict[str, Any]] = []
    for sample, some in groupby(pairs, key=lambda pair: pair[0]):
        sources = [source for _, source in some]
        every = informative_sites(panel, bench.chances, sample, sources)
        weight = np.array(
            [weights[panel.samples[sample], panel.samples[one]] for one in sources]
        )
        visible += int(_would_show(every, -np.log(LEVEL * weight)).sum())
        for at in np.flatnonzero(~_is_silent(every)).tolist():
            own = every.of(at)
            evidence = contamination_evidence(own.sites, alike=own.alike())
            p = float(np.exp(-np.clip(evidence.log_ratio, 0.0, 600.0)))
            if p <= KEPT_P:
                pair = (sample, sources[at])
                row = _row(panel, pair, own.sites, own.named, evidence)
                rows.append({**row, "p_value": p, "q_value": p / weight[at], "pair": pair})
    return _judged(bench, rows), visible


def _judged(bench: _Bench, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, float] = {}
    for row in rows:
        best[row["sample"]] = max(best.get(row["sample"], 0.0), row["evidence"])
    for row in rows:
        sample, source = row["pair"]
        verdict = NONE
        if row["q_value"] <= LEVEL:
            if row["evidence"] < best[row["sample"]]:
                verdict = LESSER
            elif bench.are(bench.met, sample, source):
                verdict = PASSED_ON
            else:
                verdict = CONTAMINATED if _names_it(bench, row) else NAMELESS
        row["verdict"], row["flagged"] = verdict, verdict == CONTAMINATED
    return rows


def _names_it(bench: _Bench, row: Mapping[str, Any]) -> bool:
    """Whether what the source has and no unrelated person has is evidence enough by itself.

    Alleles that go together in many people (a haplotype of the lot, a strain that is about)
    are one event and not many. So for each person unrelated to the source, what that person
    has of it is set aside, and the rest has to be as strong as the whole was asked to be.
    """
    sample, source = row["pair"]
    panel = bench.panel
    needed = float(np.log(row["q_value"] / row["p_value"] / LEVEL))
    own = informative_sites(panel, bench.chances, sample, [source])
    sites, named, columns = own.sites, own.named, own.alleles
    others = [
        other
        for other in range(len(bench.names))
        if bench.names[other] not in (bench.names[sample], bench.names[source])
        and not bench.are(bench.related, source, other)
    ]
    theirs = panel.shares[np.ix_(np.array(others, np.int64), columns)]
    shown = np.where(named, theirs, 1 - theirs) >= LEAST_FOREIGN
    for has in np.unique(shown, axis=0):
        left = ~has
        if not (left & named).any():
            return False
        if contamination_evidence(part_of(sites, left)).log_ratio < needed:
            return False
    return True
