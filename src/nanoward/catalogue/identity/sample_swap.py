"""Fingerprints of hosts: does a sample belong to the person whose name it bears?

An agent that lives in a person keeps what it acquired there. A sample that lacks the private
factors of its person's other samples and has those of somebody else's was swapped; the
evidence is that of owner_evidence.py.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.findings import Finding, Undecided
from nanoward.base.tables import OWNERS
from nanoward.catalogue.evolution.baseline import Host
from nanoward.catalogue.identity.owner_evidence import (
    HostFingerprints,
    OwnerEvidence,
    host_fingerprints,
)
from nanoward.maths.frames import frame_of

ALPHA = 0.01  # over all other people together
AT_ONCE = 4_000_000  # scores held at a time
OWN, SWAPPED, MET, UNDECIDED = "own", "swapped", "met", "undecided"


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
    return assignments(host_fingerprints(sorted(hosts, key=lambda one: one.participant)), met)


def assignments(
    prints: HostFingerprints, met: Collection[tuple[str, str]] = ()
) -> pl.DataFrame:
    """As `assignment_table`, of fingerprints."""
    if len(prints.people) < 2 or not prints.shares.shape[1]:
        return frame_of(OWNERS, [])
    evidence = OwnerEvidence(prints)
    needed = float(np.log((len(prints.people) - 1) / ALPHA))
    fits = _best_fits(evidence, prints, needed, met)
    several = np.bincount(prints.owner, minlength=len(prints.people)) > 1
    rows: list[dict[str, Any]] = []
    for place, who in enumerate(prints.owner.tolist()):
        own, top = float(evidence.own[place]), float(fits.score[place])
        if np.isnan(own):
            continue
        name, other = prints.people[who], prints.people[int(fits.person[place])]
        gap = top - own
        strange = several[fits.person[place]] and not fits.passed[place]
        verdict = UNDECIDED
        if gap >= needed and top > 0 > own:
            verdict = SWAPPED if strange else MET
        elif -gap >= needed and own > 0:
            verdict = OWN
        power = float(fits.power[who])
        rows.append(
            {
                "sample": prints.samples[place],
                "participant": name,
                "fits": other if gap > 0 else name,
                "own_score": own,
                "other_score": top,
                "private": int(evidence.private[place]),
                "verdict": verdict,
                "power": None if np.isnan(power) else power,
            }
        )
    return frame_of(OWNERS, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fits:
    """Of each sample the other person whom it fits best, and whether it may have been passed.

    power  (P,) share of other people's samples that would have been told under that name
    """

    person: Int[np.ndarray, " S"]
    score: Float[np.ndarray, " S"]
    passed: Bool[np.ndarray, " S"]
    power: Float[np.ndarray, " P"]


def _best_fits(
    evidence: OwnerEvidence,
    prints: HostFingerprints,
    needed: float,
    met: Collection[tuple[str, str]],
) -> _Fits:
    count, people = len(prints.samples), len(prints.people)
    known = _met_by(prints.people, met)
    person, score = np.zeros(count, np.int64), np.zeros(count)
    passed, seen = np.zeros(count, bool), np.zeros(people)
    step = AT_ONCE // people + 1
    for start in range(0, count, step):
        rows = slice(start, start + step)
        scores, own, owner = evidence.scores(rows), evidence.own[rows], prints.owner[rows]
        at, mine = np.arange(len(scores)), own[:, None]
        seen += ((mine - scores >= needed) & (scores < 0) & (mine > 0)).sum(axis=0)
        scores[at, owner] = -np.inf
        person[rows] = best = scores.argmax(axis=1)
        score[rows] = scores[at, best]
        for place, who in enumerate(owner.tolist()):
            some = known.get(who, [])
            passed[start + place] = best[place] in some or (scores[place, some] > 0).any()
    judged = ~np.isnan(evidence.own)
    asked = judged.sum() - np.bincount(prints.owner[judged], minlength=people)
    with np.errstate(invalid="ignore"):
        return _Fits(person=person, score=score, passed=passed, power=seen / asked)


def _met_by(people: Sequence[str], met: Collection[tuple[str, str]]) -> dict[int, list[int]]:
    """Whom each person met, by their places."""
    places = {name: at for at, name in enumerate(people)}
    known: dict[int, set[int]] = defaultdict(set)
    for a, b in met:
        if a in places and b in places and a != b:
            known[places[a]].add(places[b])
            known[places[b]].add(places[a])
    return {who: sorted(some) for who, some in known.items()}


def met_questions(table: pl.DataFrame) -> list[Undecided]:
    """A question for every sample that fits somebody whom its person met, or may have."""
    return [
        Undecided(
            code="CAT-905",
            room="catalogue",
            subject=row["sample"],
            question=f"is it of {row['participant']}, or of {row['fits']}?",
            reason=(
                f"it fits the samples of {row['fits']} better (evidence "
                f"{row['other_score']:.1f} against {row['own_score']:.1f}); the two met, or "
                "too few samples tell: one may have given the agent to the other, or tubes "
                "were swapped; take both samples again"
            ),
        )
        for row in table.filter(pl.col("verdict") == MET).to_dicts()
    ]


def sample_swap_findings(table: pl.DataFrame) -> tuple[Finding, ...]:
    """A finding for every sample that fits somebody else."""
    return tuple(
        Finding(
            code="CAT-051",
            severity="error",
            message=(
                f"sample {row['sample']} bears the name of {row['participant']} and fits the "
                f"samples of {row['fits']} (evidence {row['other_score']:.1f} against "
                f"{row['own_score']:.1f})"
            ),
            next_step="Look for a swap of tubes, unless one gave the agent to the other",
            subject=row["participant"],
        )
        for row in table.filter(pl.col("verdict") == SWAPPED).to_dicts()
    )
