"""The dense way to the same owners: every sample beside every person and factor.

An agent that lives in a person keeps what it acquired there. A sample that lacks the private
factors of its person's other samples and has those of somebody else's was swapped. Evidence
is a log likelihood ratio against a person at random: a factor that a host has at a share q is
found again with a chance that the programme's own pairs of samples tell, in anybody with its
frequency among people.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.tables import OWNERS
from nanoward.catalogue.evolution.baseline import SETTLED, Host, Place
from nanoward.maths.frames import frame_of

BINS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.95)  # of a host's mean share of a factor
ALPHA = 0.01  # over all other people together
PRIVATE = 0.1  # share of people below which a factor is private
OWN, SWAPPED, MET, UNDECIDED = "own", "swapped", "met", "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFingerprints:
    """Who carries what.

    owner   (S,) place of each sample's person
    shares  (S, F) share of each factor, 0 below 5 %
    told    (S, F) the sample tells the position
    """

    people: Sequence[str]
    samples: Sequence[str]
    owner: Int[np.ndarray, " S"]
    shares: Float[np.ndarray, "S F"]
    told: Bool[np.ndarray, "S F"]


class HostFactors(NamedTuple):
    """Of each person and factor: its mean share, and how many further people have it."""

    shares: Float[np.ndarray, "P F"]
    others: Int[np.ndarray, "P F"]


def host_fingerprints(hosts: Sequence[Host]) -> HostFingerprints:
    """The factors of all samples at 5 % or more."""
    rows = [(place, seen) for place, host in enumerate(hosts) for seen in host.samples]
    factors: set[tuple[Place, str]] = {
        (place, allele)
        for _, seen in rows
        for place, alleles in seen.alleles.items()
        for allele, share in alleles.items()
        if share >= SETTLED
    }
    keys = {key: at for at, key in enumerate(sorted(factors))}
    shares = np.zeros((len(rows), len(keys)))
    told = np.zeros((len(rows), len(keys)), bool)
    for at, (_, seen) in enumerate(rows):
        told[at] = [seen.is_callable(place) for place, _ in keys]
        for place, alleles in seen.alleles.items():
            for allele, share in alleles.items():
                if share >= SETTLED:
                    shares[at, keys[place, allele]] = share
    return HostFingerprints(
        people=[host.participant for host in hosts],
        samples=[seen.sample for _, seen in rows],
        owner=np.array([place for place, _ in rows], np.int64),
        shares=shares * told,
        told=told,
    )


def assignment_scores(
    prints: HostFingerprints,
) -> tuple[Float[np.ndarray, "S P"], Int[np.ndarray, " S"]]:
    """(S, P) evidence that each sample is each person's, and (S,) private factors told.

    A person's share of a factor is its mean over their samples that tell, the sample in
    question left out. NaN for a person without another sample.
    """
    people, count = len(prints.people), len(prints.samples)
    member = np.zeros((people, count))
    member[prints.owner, np.arange(count)] = 1.0
    told = prints.told.astype(float)
    total, seen = member @ prints.shares, member @ told
    rest = total[prints.owner] - prints.shares  # (S, F): of the person's other samples
    known = seen[prints.owner] - told
    with np.errstate(invalid="ignore"):
        whole, own = np.nan_to_num(total / seen), np.nan_to_num(rest / known)
    others = (total > 0).sum(axis=0) - (total > 0)  # (P, F): further people who have it
    frequency = _frequency(others)
    kept = retention_rates(own, prints)
    scores = _evidence(prints, whole, kept, frequency)
    alone = member.sum(axis=1) < 2
    for at, who in enumerate(prints.owner.tolist()):
        single = _only(prints, at)
        sole = np.flatnonzero((prints.shares[at] > 0) & (rest[at] <= 1e-12))
        scores[at] += _without_self(single, HostFactors(whole, others), kept, sole)
        found = _evidence(single, own[at : at + 1], kept, frequency[who : who + 1])
        scores[at, who] = np.nan if alone[who] else found[0, 0]
    rare = frequency[prints.owner] <= PRIVATE
    private = (own >= SETTLED) & rare & prints.told
    return scores, private.sum(axis=1).astype(np.int64)


def _frequency(others: Int[np.ndarray, "P F"]) -> Float[np.ndarray, "P F"]:
    """Share of people who have a factor, from further people: (number + 1) / (people + 1)."""
    made: Float[np.ndarray, "P F"] = (others + 1.0) / (len(others) + 1.0)
    return made


def _without_self(
    single: HostFingerprints,
    hosts: HostFactors,
    kept: Float[np.ndarray, " B"],
    sole: Int[np.ndarray, " N"],
) -> Float[np.ndarray, " P"]:
    """What a sample's evidence gains once it does not count itself as a further carrier.

    sole  factors that the person named has in this sample alone
    """
    part = replace(single, shares=single.shares[:, sole], told=single.told[:, sole])
    shares, others = hosts.shares[:, sole], hosts.others[:, sole]
    with_self = _evidence(part, shares, kept, _frequency(others))
    without = _evidence(part, shares, kept, _frequency(np.maximum(others - 1, 0)))
    gained: Float[np.ndarray, " P"] = (without - with_self)[0]
    return gained


def retention_rates(
    own: Float[np.ndarray, "S F"], prints: HostFingerprints
) -> Float[np.ndarray, " B"]:
    """Chance that a factor is found again, by bin of its mean share in the other samples.

    (found + 1) / (told + 2) over all people, and never falling with the share.
    """
    level = np.digitize(own, BINS)
    found = np.array(
        [
            ((prints.shares > 0) & (level == one) & prints.told).sum() + 1.0
            for one in range(1, len(BINS) + 1)
        ]
    )
    asked = np.array(
        [((level == one) & prints.told).sum() + 2.0 for one in range(1, len(BINS) + 1)]
    )
    chances: Float[np.ndarray, " B"] = np.maximum.accumulate(found / asked)
    return chances


def _only(prints: HostFingerprints, at: int) -> HostFingerprints:
    row = slice(at, at + 1)
    return replace(prints, shares=prints.shares[row], told=prints.told[row])


def _evidence(
    prints: HostFingerprints,
    hosts: Float[np.ndarray, "P F"],
    kept: Float[np.ndarray, " B"],
    frequency: Float[np.ndarray, "P F"],
) -> Float[np.ndarray, "S P"]:
    """Of a host's factors: found again log(kept / f), missing log((1 - kept) / (1 - f)).

    Only factors that the host keeps better than people at random have them.
    """
    level = np.digitize(hosts, BINS)
    chance = np.concatenate([[0.0], kept])[level]
    spoken = (level > 0) & (chance > frequency)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = np.where(spoken, np.log(chance / frequency), 0.0)
        missing = np.where(spoken, np.log((1 - chance) / (1 - frequency)), 0.0)
    carried = (prints.shares > 0).astype(float)
    told = prints.told.astype(float)
    scores: Float[np.ndarray, "S P"] = carried @ again.T + (told - carried) @ missing.T
    return scores


def assignment_table(
    hosts: Sequence[Host], met: Collection[tuple[str, str]] = ()
) -> pl.DataFrame:
    """OWNERS: a row per sample of people with two samples or more.

    met        pairs of people with a recorded contact: one may have given it to the other,
               and what fits anybody met may have come through them
    swapped    the person's own samples speak against it, and those of another (two or more,
               of somebody never met) fit better by log((P - 1) / ALPHA) or more
    met        as swapped, of somebody met, or of whom there is one sample alone: a question
    own        the person's own samples fit better than any other's by as much
    power      share of other people's samples that would have been told, had they borne this
               sample's name
    """
    prints = host_fingerprints(sorted(hosts, key=lambda one: one.participant))
    if len(prints.people) < 2 or not prints.shares.shape[1]:
        return frame_of(OWNERS, [])
    scores, private = assignment_scores(prints)
    needed = float(np.log((len(prints.people) - 1) / ALPHA))
    at = np.arange(len(prints.samples))
    own = scores[at, prints.owner]
    others = np.where(np.isnan(scores), -np.inf, scores)
    others[at, prints.owner] = -np.inf
    best = others.argmax(axis=1)
    top = others[at, best]
    several = np.bincount(prints.owner, minlength=len(prints.people)) > 1
    found = (own[:, None] - scores >= needed) & (scores < 0) & (own[:, None] > 0)
    known = _met_matrix(prints.people, met)
    rows: list[dict[str, Any]] = []
    for place, who in enumerate(prints.owner.tolist()):
        if np.isnan(own[place]):
            continue
        name, other = prints.people[who], prints.people[int(best[place])]
        gap = top[place] - own[place]
        passed = known[who, best[place]] or (others[place, known[who]] > 0).any()
        strange = several[best[place]] and not passed
        asked = (prints.owner != who) & ~np.isnan(own)
        verdict = UNDECIDED
        if gap >= needed and top[place] > 0 > own[place]:
            verdict = SWAPPED if strange else MET
        elif -gap >= needed and own[place] > 0:
            verdict = OWN
        rows.append(
            {
                "sample": prints.samples[place],
                "participant": name,
                "fits": other if gap > 0 else name,
                "own_score": float(own[place]),
                "other_score": float(top[place]),
                "private": int(private[place]),
                "verdict": verdict,
                "power": float(found[asked, who].mean()) if asked.any() else None,
            }
        )
    return frame_of(OWNERS, rows)


def _met_matrix(
    people: Sequence[str], met: Collection[tuple[str, str]]
) -> Bool[np.ndarray, "P P"]:
    places = {name: at for at, name in enumerate(people)}
    known = np.zeros((len(people), len(people)), bool)
    for a, b in met:
        if a in places and b in places and a != b:
            known[places[a], places[b]] = known[places[b], places[a]] = True
    return known
