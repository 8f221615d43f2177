"""Links between the rows of an array: the whole room without tables, files or a programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from nanoward.base.errors import UsageError
from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.linkage.pairwise_comparison import compare
from nanoward.bonds.linkage.significance import families_of, local_values, q_values
from nanoward.bonds.rules import BondRules
from nanoward.maths.genetics.allele_frequencies import jointly_readable, table_of_shares
from nanoward.maths.genetics.sequences import is_plain, shares_of

LOCAL = 0.2  # as in `called_bonds`


class UnlikeArraysError(UsageError):
    """Arrays that speak of different numbers of people or sites."""

    code = "BND-012"
    next_step = "Give one row per person in every array, and one column per site."


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """(S, S) each, symmetric but for `forward`; the diagonal says nothing.

    linked      called at the level; False where it cannot be told
    q_value     Benjamini-Hochberg over all pairs; p_value, score: NaN where it cannot be told
    genomes     part of the score that looks at genomes alone: what p_value ranks
    differing   expected differing sites
    forward     probability that row gave it to column, if one of them did
    """

    linked: Bool[np.ndarray, "S S"]
    q_value: Float[np.ndarray, "S S"]
    p_value: Float[np.ndarray, "S S"]
    score: Float[np.ndarray, "S S"]
    genomes: Float[np.ndarray, "S S"]
    differing: Float[np.ndarray, "S S"]
    forward: Float[np.ndarray, "S S"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLabels:
    """What is known of each of S people beside their genome; empty: not told.

    lot, run   names
    day        day of the sample, any origin
    depth      reads at a site
    """

    lot: Sequence[str] = ()
    run: Sequence[str] = ()
    day: Sequence[int] = ()
    depth: Sequence[float] = ()


def links_of_genomes(
    genomes: UInt8[np.ndarray, "S L"],
    unrelated: Bool[np.ndarray, "S S"],
    *,
    root: UInt8[np.ndarray, " L"],
    rules: BondRules | None = None,
    labels: SampleLabels | None = None,
    met: Bool[np.ndarray, "S S"] | None = None,
) -> Links:
    """Links between consensus genomes: bit masks of alleles (`masks_of` in maths.sequences).

    unrelated  pairs that cannot have met: what a link is measured by
    root       reference of the agent
    met        pairs with a recorded contact: half of the level is theirs
    """
    if genomes.shape[1:] != root.shape:
        raise UnlikeArraysError(f"{genomes.shape[1:]} sites and a root of {root.shape}")
    varying = ((genomes != genomes[:1]) | ~is_plain(genomes)).any(axis=0)
    origin = shares_of(root[varying]).argmax(axis=1)
    return links_of_shares(
        shares_of(genomes[:, varying]),
        unrelated,
        origin=origin,
        compared=jointly_readable(genomes > 0),
        rules=rules,
        labels=labels,
        met=met,
    )


def links_of_shares(
    shares: Float[np.ndarray, "S F 5"],
    unrelated: Bool[np.ndarray, "S S"],
    *,
    origin: Int[np.ndarray, " F"],
    compared: Int[np.ndarray, "S S"] | None = None,
    rules: BondRules | None = None,
    labels: SampleLabels | None = None,
    met: Bool[np.ndarray, "S S"] | None = None,
) -> Links:
    """Links between samples with minor variants.

    shares    share of A, C, G, T, deleted at each site; all 0 where it cannot be read
    origin    allele of the reference, 0 to 4
    compared  positions that two samples both tell; those given here, if None
    """
    told, known = rules or BondRules(), labels or SampleLabels()
    people = _people(len(shares), known)
    readable = shares.sum(axis=2) > 0
    _check(shares, unrelated, origin, met)
    table = table_of_shares(
        samples=tuple(one.sample for one in people),
        sites=tuple(("", k + 1, "") for k in range(shares.shape[1])),
        shares=shares,
        readable=readable,
        origin=origin,
        compared=jointly_readable(readable) if compared is None else compared,
    )
    depth = np.array(known.depth, float) if len(known.depth) else None
    found = compare(people, table, unrelated, told, depth=depth)
    i, j = np.triu_indices(len(people), 1)
    with_contact = np.zeros(len(i), bool) if met is None else met[i, j]
    family, p = families_of(unrelated[i, j], with_contact), found.p_value[i, j]
    gap = found.evidence.gap
    q = q_values(p, family, gap, strict=told.strict)
    sure = np.nan_to_num(local_values(p, family, gap), nan=1.0) <= LOCAL
    linked, everywhere = np.zeros(unrelated.shape, bool), np.full(unrelated.shape, np.nan)
    genomes = np.zeros(unrelated.shape)
    genomes[i, j] = genomes[j, i] = found.evidence.genomes
    linked[i, j] = linked[j, i] = (q <= told.alpha) & sure
    everywhere[i, j] = everywhere[j, i] = q
    return Links(
        linked=linked,
        q_value=everywhere,
        p_value=found.p_value,
        score=found.score,
        genomes=genomes,
        differing=found.measured.differing,
        forward=found.measured.forward,
    )


def _people(count: int, labels: SampleLabels) -> list[ComparedParticipant]:
    for name in ("lot", "run", "day", "depth"):
        given = len(getattr(labels, name))
        if given not in (0, count):
            raise UnlikeArraysError(f"{count} people and {given} values of {name}")
    return [
        ComparedParticipant(
            participant=str(k),
            stratum="all",
            sample=str(k),
            taken=date.fromordinal(1 + int(labels.day[k]) - min(labels.day))
            if len(labels.day)
            else None,
            lot=labels.lot[k] if labels.lot else "",
            run=labels.run[k] if labels.run else "",
        )
        for k in range(count)
    ]


def _check(
    shares: Float[np.ndarray, "S F 5"],
    unrelated: Bool[np.ndarray, "S S"],
    origin: Int[np.ndarray, " F"],
    met: Bool[np.ndarray, "S S"] | None,
) -> None:
    people, sites = shares.shape[:2]
    square = [one for one in (unrelated, met) if one is not None]
    if any(one.shape != (people, people) for one in square) or len(origin) != sites:
        raise UnlikeArraysError(
            f"{people} people and {sites} sites, but {[one.shape for one in square]} pairs "
            f"and {len(origin)} alleles of the root"
        )
    if any((one != one.T).any() for one in square):
        raise UnlikeArraysError("a pair is unrelated, or met, in one order only")
