"""Is a lot what its spec says? What differs, where, how often, and what could not be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Shaped

from nanoward.agents.spec import AgentSpec, Locus
from nanoward.maths.genetics.alleles import touches

GUARDED = ("kill", "safety")
LARGEST_STRUCTURAL = 0.5  # share of cells from which a structural change must be seen
LARGEST_LIMIT = 0.35  # at 30x a tenth of positions need a share of a third to be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDifference:
    """One variant of a lot and the part of the agent that it hits."""

    contig: str
    position: int
    ref: str
    alt: str
    frequency: float
    depth: int
    part: str  # role of the locus, backbone elsewhere
    locus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotVerdict:
    """Whether a lot may be given.

    released     false where there is a single reason
    differences  every variant, of kill loci first
    limits       locus or "whole agent" to the share that a variant needs to be seen at
                 95 % of its positions; None where that many are not visible at all
    blind        locus or "whole agent" to positions where nothing could be seen
    structural   locus or "whole agent" to the share of cells from which a structural change is
                 found in 95 of 100 lots; None where it is not; empty where these reads cannot
                 tell structural changes
    """

    released: bool
    reasons: tuple[str, ...]
    differences: tuple[LotDifference, ...]
    limits: Mapping[str, float | None]
    blind: Mapping[str, int]
    structural: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotStructure:
    """What a lot's reads say of structure: in words why it is not the spec's, and from when.

    limits  None where these reads cannot tell structural changes
    """

    reasons: tuple[str, ...] = ()
    limits: Mapping[str, float | None] | None = None


def lot_verdict(
    spec: AgentSpec,
    variants: Sequence[Mapping[str, Any]],
    limits: Mapping[str, Shaped[np.ndarray, " L"]],
    structure: LotStructure | None = None,
    letters: Mapping[str, str] | None = None,
) -> LotVerdict:
    """Compare a lot's variants with its spec.

    variants  rows with contig, position, ref, alt, frequency, depth
    limits    contig to limit of detection per position, NaN where nothing is seen
    letters   contig to the reference's letters, upper case: an indel beside a locus may as
              well lie in it

    Refused: any consensus difference, any variant in a kill or safety locus, a position there
    that could not be read, a limit of detection there above LARGEST_LIMIT, or any structural
    change, whatever part it is in.
    """
    structure = structure or LotStructure()
    known = letters or {}
    told = (_difference(row, spec.loci, known.get(row["contig"], "")) for row in variants)
    differences = tuple(sorted(told, key=_gravity))
    guarded = [one for one in spec.loci if one.role in GUARDED]
    pieces = {one.name: limits[one.contig][one.first - 1 : one.last] for one in guarded}
    pieces["whole agent"] = np.concatenate([limits[name] for name in sorted(limits)])
    seen = {name: _limit(piece) for name, piece in pieces.items()}
    blind = {name: int(np.isnan(piece).sum()) for name, piece in pieces.items()}
    reasons = [_told(one) for one in differences if one.part in GUARDED]
    reasons += [
        _told(one) for one in differences if one.part not in GUARDED and one.frequency > 0.5
    ]
    reasons += [
        f"{blind[one.name]} positions of {one.role} locus {one.name} could not be read"
        for one in guarded
        if blind[one.name]
    ]
    reasons += [
        f"in {one.role} locus {one.name} a variant below {seen[one.name]:.0%} would be missed"
        for one in guarded
        if (seen[one.name] or 0.0) > LARGEST_LIMIT
    ]
    reasons += [*structure.reasons, *_blunt(guarded, structure.limits or {})]
    return LotVerdict(
        released=not reasons,
        reasons=tuple(reasons),
        differences=differences,
        limits=seen,
        blind=blind,
        structural=structure.limits or {},
    )


def _blunt(guarded: Sequence[Locus], limits: Mapping[str, float | None]) -> list[str]:
    """Guarded loci that were read too thinly for a structural change to be seen."""
    return [
        f"in {one.role} locus {one.name} a structural change would be missed in "
        f"{'any' if limits[one.name] is None else f'up to {limits[one.name]:.0%}'} of the cells"
        for one in guarded
        if one.name in limits and (limits[one.name] or 1.0) > LARGEST_STRUCTURAL
    ]


def claimed_escapes(spec: AgentSpec, verdict: LotVerdict) -> tuple[str, ...]:
    """Each kill mechanism's claimed escape rate beside what the lot's reads could see.

    Sequencing sees a few cells in a hundred at best; an escape rate is what an assay claims.
    """
    return tuple(
        f"{one.name} ({one.locus}): escape claimed {one.escape:g} ({one.escape_low:g} to "
        f"{one.escape_high:g}); these reads see a variant from "
        f"{_share(verdict.limits.get(one.locus))} and a structural change from "
        f"{_share(verdict.structural.get(one.locus))} of the cells: the rest rests on the assay"
        for one in spec.kills
        if one.locus
    )


def _share(limit: float | None) -> str:
    return "no share (cannot tell)" if limit is None else f"{limit:.1%}"


def _difference(row: Mapping[str, Any], loci: Sequence[Locus], letters: str) -> LotDifference:
    names = ("contig", "position", "ref", "alt", "frequency", "depth")
    change = row["position"], row["ref"], row["alt"]
    hit = [
        one
        for one in loci
        if one.contig == row["contig"] and touches(change, one.first, one.last, letters)
    ]
    hit.sort(key=lambda one: (one.role not in GUARDED, one.role != "payload", one.name))
    return LotDifference(
        **{name: row[name] for name in names},
        part=hit[0].role if hit else "backbone",
        locus=hit[0].name if hit else "",
    )


def _gravity(one: LotDifference) -> tuple[bool, float, str, int, str]:
    return one.part not in GUARDED, -one.frequency, one.contig, one.position, one.alt


def _limit(piece: Shaped[np.ndarray, " L"]) -> float | None:
    if not len(piece):
        return None
    ranked = np.sort(np.where(np.isnan(piece), np.inf, piece))
    value = float(ranked[int(np.ceil(0.95 * len(ranked))) - 1])
    return value if np.isfinite(value) else None


def _told(one: LotDifference) -> str:
    where = f"{one.part} locus {one.locus}" if one.locus else "the backbone"
    return (
        f"{one.contig}:{one.position} {one.ref}>{one.alt} in {where} at {one.frequency:.1%} "
        f"of {one.depth} letters"
    )
