"""What each host began with, and what its agent has acquired since.

A recipient starts with the lot: its own minor variants included, which are no adaptation.
Where the lot was never sequenced, the participant's first sample takes its place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from jaxtyping import Bool

Place = tuple[str, int]  # contig, 1-based position
Shares = dict[str, float]  # allele to share; what is left over belongs to the reference
LOT, FIRST = "lot", "first sample"
NOTHING: Mapping[str, float] = {}
SETTLED = 0.05  # below it false variants dominate, unless a second sample has it too:
# Valesano et al. 2021 PLoS Pathogens 17:e1009499


class Change(NamedTuple):
    """An allele that a sample has acquired; "" where the reference's letter came back."""

    contig: str
    position: int
    allele: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedSample:
    """One sample that holds the agent: what it tells, and where.

    alleles   place to the shares of alleles that are not the reference's; an insertion or
              longer change stands under its first position as "REF>ALT"
    letters   place's contig to the reference's letters that stand there
    readable  contig to (L,) whether the sample tells what stands at each position
    deleted   contig to (L,) positions of which it tells that no letter stands there
    """

    sample: str
    taken: date
    alleles: Mapping[Place, Shares]
    readable: Mapping[str, Bool[np.ndarray, " L"]]
    deleted: Mapping[str, Bool[np.ndarray, " L"]] = field(default_factory=dict)

    def is_callable(self, place: Place, alleles: Iterable[str] = ()) -> bool:
        """Whether a position could be read, and so much beside it as these alleles need.

        alleles  letters, or indels as "REF>ALT": a letter cannot be told where it is deleted,
                 an indel only where a part of what it deletes, or what follows it, was read
        """
        contig, position = place
        told = self.readable.get(contig)
        if told is None or not 0 < position <= len(told) or not told[position - 1]:
            return False
        gone = self.deleted.get(contig)
        for one in alleles:
            if ">" not in one:
                if gone is not None and gone[position - 1]:
                    return False
            elif position < len(told):
                width = max(len(one.partition(">")[0]) - 1, 1)
                if not told[position : position + width].any():
                    return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a participant began with.

    day  of the first dose, or of the first sample; None where only the lot is known
    """

    kind: str
    day: date | None
    lot: str | None
    alleles: Mapping[Place, Shares] = field(default_factory=dict)
    sample: ObservedSample | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceBaseline:
    """One sample beside what its host began with.

    changes  alleles that the beginning did not have, with their shares
    apart    expected differing positions
    """

    sample: ObservedSample
    changes: Mapping[Change, float]
    apart: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A participant: the beginning, and the samples in their order.

    compared  samples that were compared with the beginning so far; several tables ask that
    """

    participant: str
    baseline: Baseline
    samples: Sequence[ObservedSample]
    compared: dict[int, SinceBaseline] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRecords:
    """What is known of lots and doses.

    of        participant to the lots received
    variants  lot to its variants, for lots that were sequenced and released
    dosed     participant to the day of the first dose
    """

    of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    variants: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    dosed: Mapping[str, date] = field(default_factory=dict)


def alleles_of(factors: pl.DataFrame) -> dict[Place, Shares]:
    """Shares by place of one sample's (or lot's) variants."""
    found: dict[Place, Shares] = defaultdict(dict)
    for contig, position, ref, alt, share in factors.select(
        "contig", "position", "ref", "alt", "frequency"
    ).rows():
        name = alt if len(ref) == 1 and len(alt) == 1 else f"{ref}>{alt}"
        shares = found[contig, position]
        shares[name] = min(1.0, shares.get(name, 0.0) + share)
    return dict(found)


def observed_samples(
    profiles: pl.DataFrame, aligned: pl.DataFrame, factors: pl.DataFrame
) -> dict[str, list[ObservedSample]]:
    """Participant to the samples that hold the agent and have a day, in their order."""
    known = profiles.filter((pl.col("typed_as") == "agent") & pl.col("taken").is_not_null())
    names = set(known["sample"].to_list())
    by_sample = {
        str(key[0]): alleles_of(part)
        for key, part in factors.filter(pl.col("sample").is_in(names)).group_by("sample")
    }
    told: dict[str, dict[str, Bool[np.ndarray, " L"]]] = defaultdict(dict)
    gone: dict[str, dict[str, Bool[np.ndarray, " L"]]] = defaultdict(dict)
    for sample, contig, letters in aligned.select("sample", "contig", "sequence").rows():
        if sample in names:
            text = np.frombuffer(letters.encode(), np.uint8)
            told[sample][contig] = text != ord("N")
            gone[sample][contig] = text == ord("-")
    rows = known.sort("participant", "taken", "sample").to_dicts()
    return {
        who: [
            ObservedSample(
                sample=row["sample"],
                taken=row["taken"],
                alleles=by_sample.get(row["sample"], {}),
                readable=told[row["sample"]],
                deleted=gone[row["sample"]],
            )
            for row in some
        ]
        for who, some in groupby(rows, key=lambda row: row["participant"])
    }


def hosts(
    samples: Mapping[str, Sequence[ObservedSample]], lots: LotRecords
) -> tuple[Host, ...]:
    """Every participant with samples, and what they began with; sorted by name."""
    return tuple(
        Host(participant=who, baseline=_baseline(who, own, lots), samples=own)
        for who, own in sorted(samples.items())
    )


def _baseline(who: str, own: Sequence[ObservedSample], lots: LotRecords) -> Baseline:
    given = sorted(lots.of.get(who, ()))
    if given and all(lot in lots.variants for lot in given):
        alleles: dict[Place, Shares] = defaultdict(dict)
        for lot in given:
            for place, shares in alleles_of(lots.variants[lot]).items():
                for one, share in shares.items():
                    alleles[place][one] = max(alleles[place].get(one, 0.0), share)
        return Baseline(
            kind=LOT, day=lots.dosed.get(who), lot=", ".join(given), alleles=dict(alleles)
        )
    return Baseline(
        kind=FIRST,
        day=own[0].taken,
        lot=", ".join(given) or None,
        alleles=own[0].alleles,
        sample=own[0],
    )


def changes(host: Host, seen: ObservedSample) -> Mapping[Change, float]:
    """Alleles of a sample that the beginning did not have, with their shares.

    The reference's own letter, where it came back, is called "".
    """
    return _compared(host, seen).changes


def divergence_from_baseline(host: Host, seen: ObservedSample) -> float:
    """Expected differing positions from the beginning: total variation, place by place."""
    return _compared(host, seen).apart


def _compared(host: Host, seen: ObservedSample) -> SinceBaseline:
    if id(seen) in host.compared:
        return host.compared[id(seen)]
    begun = host.baseline
    found: dict[Change, float] = {}
    apart = 0.0
    for place in sorted(seen.alleles.keys() | begun.alleles.keys()):  # the same sum each time
        before, now = begun.alleles.get(place, NOTHING), seen.alleles.get(place, NOTHING)
        alleles = sorted({*now, *before})
        if not _both_tell(host, seen, place, alleles):
            continue
        for one, share in now.items():
            if share > 0 and before.get(one, 0.0) <= 0:
                found[Change(*place, one)] = share
        all_now, all_before = sum(now.values()), sum(before.values())
        if all_before >= 1.0 and 1.0 - all_now > 0:
            found[Change(*place, "")] = 1.0 - all_now
        moved = sum(abs(now.get(one, 0.0) - before.get(one, 0.0)) for one in alleles)
        apart += (moved + abs(all_now - all_before)) / 2
    made = SinceBaseline(sample=seen, changes=found, apart=apart)
    host.compared[id(seen)] = made  # with the sample, so that no other gets its place
    return made


def _both_tell(host: Host, seen: ObservedSample, place: Place, alleles: Iterable[str]) -> bool:
    """Whether a sample and what the host began with tell if they hold these alleles."""
    begun = host.baseline.sample
    return seen.is_callable(place, alleles) and (
        begun is None or begun.is_callable(place, alleles)
    )


def jointly_callable(host: Host, seen: ObservedSample) -> int:
    """Positions that the sample tells, and the beginning too."""
    begun = host.baseline.sample
    if begun is None:
        return int(sum(told.sum() for told in seen.readable.values()))
    return int(
        sum(
            (told & begun.readable[contig]).sum()
            for contig, told in seen.readable.items()
            if contig in begun.readable and len(begun.readable[contig]) == len(told)
        )
    )


def settled_changes(host: Host) -> dict[Change, dict[str, float]]:
    """Changes at 5 % or in two samples, each with its share in every sample that has it."""
    found: dict[Change, dict[str, float]] = defaultdict(dict)
    for seen in host.samples:
        for change, share in changes(host, seen).items():
            found[change][seen.sample] = share
    return {
        change: shares
        for change, shares in sorted(found.items())
        if len(shares) > 1 or max(shares.values()) >= SETTLED
    }


def row_of(change: Change, letters: Mapping[str, str]) -> dict[str, Any]:
    """contig, position, ref and alt of a change, given the reference's letters by contig."""
    contig, position, allele = change
    ref = letters[contig][position - 1].upper() if contig in letters else "N"
    if ">" in allele:
        ref, allele = allele.split(">")
    return {"contig": contig, "position": position, "ref": ref, "alt": allele or ref}
