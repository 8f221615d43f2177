"""From the counts of a sample's reads: its consensus, its variants, and what it hides."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int32, Int64, UInt8

from nanoward.catalogue.calling.calling_rules import PART, REACH, WHOLE, CallingRules
from nanoward.catalogue.calling.error_model import (
    detection_limit,
    error_probability,
    error_rates,
    strand_probability,
)
from nanoward.catalogue.calling.indels import Indel, called_indels
from nanoward.catalogue.calling.reference_index import AgentIndex, bases_of
from nanoward.sequencing.pileup_counts import Counts, Tally, consensus_codes, counts_of

CONSENSUS = 0.5
UNREAD, DELETED = 4, 5  # codes of a consensus
BESIDE = 5  # rare letters this close to an indel of the consensus come from it
FEWEST_STRANGE = 10
STRANGE_SHARE = 2e-5  # of the readable bases: 100 letters of five million
BOTH_STRANDS = 8  # letters from which a true variant shows on both strands


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseCall:
    """One letter that is not the reference's, at a 0-based position of the agent's row."""

    at: int
    ref: str
    alt: str
    forward: int
    backward: int
    depth: int
    frequency: float
    quality: float
    linked: float  # contradictions of its pairs beyond itself and the consensus nearby


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCalls:
    """What the reads of one sample say.

    consensus   (L,) A 0, C 1, G 2, T 3, unreadable 4, deleted 5; insertions are in `indels`
    trusted     (L,) believed letters
    depth       (L,) letters, believed or not
    letters     consensus and minor letters that are not the reference's
    strangers   letters that belong to another strain
    indels      consensus and minor indels
    limit       (L,) share that a variant needs to be seen with 95 % power; NaN: none will
    errors      (4, 4) error rate by change
    tally       whole-file numbers: reads, placed, rescued, pairs, duplicates
    """

    consensus: UInt8[np.ndarray, " L"]
    trusted: Int32[np.ndarray, " L"]
    depth: Int32[np.ndarray, " L"]
    letters: tuple[BaseCall, ...]
    strangers: tuple[BaseCall, ...]
    indels: tuple[Indel, ...]
    limit: Float32[np.ndarray, " L"]
    errors: Float64[np.ndarray, "4 4"]
    tally: dict[str, int]


def read_calls(
    tally: Tally,
    agent: AgentIndex,
    rules: CallingRules,
    background: Float64[np.ndarray, "4 4"] | None = None,
    watched: Bool[np.ndarray, " L"] | None = None,
) -> ReadCalls:
    """Consensus, variants and limits of detection of a sample.

    background  error rates that control samples showed, by change
    watched     positions that are tested on their own: alpha is shared among them alone
    """
    counts = counts_of(tally)
    errors = error_rates(counts, agent.codes, background)
    alpha = rules.alpha / (3 * max(1, int((agent.codes < 4).sum())))
    indels = called_indels(tally.indels, counts, alpha, rules)
    consensus = _consensus(counts, agent, indels, rules)
    candidates = _candidates(counts, agent.codes, rules.fewest)
    own = _consensus_letters(candidates, counts, rules)
    own &= consensus[counts.key >> 2] != DELETED
    letters = _letters(candidates, own, counts, agent)
    near = np.sort(np.array([one.at for one in letters] + [one.at for one in indels], np.int64))
    asked = candidates & ~own & _away(counts, indels)
    limit = detection_limit(np.maximum(counts.trusted, 0), float(errors.max()), alpha)
    np.maximum(limit, rules.least_share, out=limit)
    minor = _minor_letters(asked, counts, agent.codes, errors, alpha, rules)
    if watched is not None and watched.any():
        own_alpha = rules.alpha / (3 * int(watched.sum()))
        any_share = replace(rules, least_share=0.0)
        there = asked & watched[counts.key >> 2]
        minor |= _minor_letters(there, counts, agent.codes, errors, own_alpha, any_share)
        trusted = np.maximum(counts.trusted[watched], 0)
        limit[watched] = detection_limit(trusted, float(errors.max()), own_alpha)
    raw = _letters(candidates, minor, counts, agent)
    rare = _linked(raw, near)
    strange = _second_strain_rows(raw, rare, rules, int((consensus < 4).sum()))
    return ReadCalls(
        consensus=consensus,
        trusted=counts.trusted,
        depth=counts.depth[0] + counts.depth[1],
        letters=tuple(
            sorted(
                [*letters, *(one for at, one in enumerate(rare) if at not in strange)],
                key=lambda one: (one.at, one.alt),
            )
        ),
        strangers=tuple(one for at, one in enumerate(rare) if at in strange),
        indels=indels,
        limit=limit,
        errors=errors,
        tally={
            "reads": tally.reads,
            "placed": tally.placed,
            "rescued": tally.rescued,
            "pairs": tally.pairs,
            "duplicates": tally.duplicates,
        },
    )


def _candidates(
    counts: Counts, codes: UInt8[np.ndarray, " L"], fewest: int
) -> Bool[np.ndarray, " C"]:
    found = counts.sums[:, 0] + counts.sums[:, 1]
    enough: Bool[np.ndarray, " C"] = (found >= fewest) & (codes[counts.key >> 2] < 4)
    return enough


def _consensus_letters(
    candidates: Bool[np.ndarray, " C"], counts: Counts, rules: CallingRules
) -> Bool[np.ndarray, " C"]:
    trusted = counts.trusted[counts.key >> 2]
    found = counts.sums[:, 0] + counts.sums[:, 1]
    own: Bool[np.ndarray, " C"] = (
        candidates & (found > CONSENSUS * trusted) & (trusted >= rules.least_depth)
    )
    return own


def _consensus(
    counts: Counts, agent: AgentIndex, indels: tuple[Indel, ...], rules: CallingRules
) -> UInt8[np.ndarray, " L"]:
    consensus: UInt8[np.ndarray, " L"] = consensus_codes(agent.codes, counts, rules.least_depth)
    for one in indels:
        if one.size < 0 and one.frequency > CONSENSUS and one.depth >= rules.least_depth:
            consensus[one.at : one.at - one.size] = DELETED
    return consensus


def _away(counts: Counts, indels: tuple[Indel, ...]) -> Bool[np.ndarray, " C"]:
    """Letters that do not stand beside an indel of the consensus."""
    site = counts.key >> 2
    away = np.ones(len(site), np.bool_)
    for one in indels:
        last = one.at + max(0, -one.size) + BESIDE
        first, end = np.searchsorted(site, [one.at - BESIDE, last])
        away[first:end] = False
    return away


def _minor_letters(
    asked: Bool[np.ndarray, " C"],
    counts: Counts,
    codes: UInt8[np.ndarray, " L"],
    errors: Float64[np.ndarray, "4 4"],
    alpha: float,
    rules: CallingRules,
) -> Bool[np.ndarray, " C"]:
    rows = np.flatnonzero(asked)
    site, letter = counts.key[rows] >> 2, counts.key[rows] & 3
    forward, backward = counts.sums[rows, 0], counts.sums[rows, 1]
    found = forward + backward
    quality = counts.sums[rows, 2] / np.maximum(found, 1)
    chance = error_probability(
        found, counts.trusted[site], errors[codes[site], letter], quality
    )
    both = counts.depth[0][site] + counts.depth[1][site]
    strands = strand_probability(forward, found, counts.depth[0][site], both)
    even = np.minimum(counts.depth[0][site], counts.depth[1][site]) * 10 >= both
    lonely = (np.minimum(forward, backward) == 0) & (found >= BOTH_STRANDS) & even
    told = np.zeros(len(asked), np.bool_)
    often = found >= rules.least_share * counts.trusted[site]
    told[rows[often & (chance <= alpha) & (strands > rules.strand) & ~lonely]] = True
    return told


def _letters(
    candidates: Bool[np.ndarray, " C"],
    chosen: Bool[np.ndarray, " C"],
    counts: Counts,
    agent: AgentIndex,
) -> list[BaseCall]:
    rows = np.flatnonzero(candidates & chosen)
    found: list[BaseCall] = []
    for key, sums in zip(counts.key[rows].tolist(), counts.sums[rows].tolist(), strict=True):
        forward, backward, quality, load = sums
        at, total = key >> 2, forward + backward
        depth = max(int(counts.trusted[at]), total)
        found.append(
            BaseCall(
                at=at,
                ref=bases_of(agent.codes[at : at + 1]),
                alt="ACGT"[key & 3],
                forward=forward,
                backward=backward,
                depth=depth,
                frequency=total / depth,
                quality=quality / total,
                linked=load / total - 1.0,
            )
        )
    return found


def _linked(rare: list[BaseCall], near: Int64[np.ndarray, " N"]) -> list[BaseCall]:
    """Take from each letter's load what the consensus nearby explains."""
    told = []
    for one in rare:
        first, last = np.searchsorted(near, [one.at - REACH, one.at + REACH])
        away = np.abs(near[first:last] - one.at)
        explained = float(np.maximum(PART, 1 - away / WHOLE).sum())
        values: dict[str, Any] = {name: getattr(one, name) for name in BaseCall.__slots__}
        told.append(BaseCall(**{**values, "linked": max(0.0, one.linked - explained)}))
    return told


def _second_strain_rows(
    raw: list[BaseCall], rare: list[BaseCall], rules: CallingRules, readable: int
) -> set[int]:
    """Rare letters of another strain: by company, and where one shows, by share too.

    A letter of most reads is no stranger's, though they be too few for a consensus.
    """
    asked = np.array([one.frequency <= CONSENSUS for one in rare], np.bool_)
    rows = np.flatnonzero(asked)
    some = [rare[at] for at in rows]
    by_company = np.array([one.linked > rules.other_strain for one in some], np.bool_)
    if by_company.sum() < least_second_strain_alleles(readable):
        return set(rows[by_company].tolist())
    from nanoward.catalogue.calling.strain_deconvolution import (
        RareAlleles,
        second_strain_alleles,
    )

    company = np.array([max(0.0, raw[at].linked) for at in rows], np.float64)
    letters = RareAlleles(
        at=np.array([one.at for one in some], np.int64),
        found=np.array([one.forward + one.backward for one in some], np.int64),
        depth=np.array([one.depth for one in some], np.int64),
        company=company,
        explained=company - np.array([one.linked for one in some], np.float64),
    )
    return set(rows[second_strain_alleles(letters, by_company)].tolist())


def least_second_strain_alleles(readable: int) -> float:
    """Letters that come together from which they make a second strain."""
    return max(FEWEST_STRANGE, STRANGE_SHARE * readable)


def identity_of(calls: ReadCalls, agent: AgentIndex) -> float | None:
    """Share of the readable bases that the consensus has in common with the agent."""
    readable = (calls.consensus < 4) & (agent.codes < 4)
    if not readable.any():
        return None
    return float((calls.consensus == agent.codes)[readable].mean())
