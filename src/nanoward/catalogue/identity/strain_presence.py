"""Is a strain of a consortium in a sample? Marker tables, with false calls under control.

A strain that is there shows its markers evenly: at mean depth d a share 1 - exp(-d) of them
(Lander & Waterman 1988 Genomics 2:231). A relative shows some markers deeply and others not at
all. And the strains of a product come together, which relatives do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

LEAST_SHARE = 0.003  # of markers: a stray read or two
LEAST_EVEN = 0.05
LEAST_DEPTH = 0.005
COMPANY = 2.0  # weight of the mean evidence for the other strains of the product: chosen in 36
# of 37 folds of `matched_calls` on an eight-strain product (Dsouza et al. 2022 Cell Host
# Microbe 30:583), each leaving one person out
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
LOW, HIGH = -9.0, -1.0  # company speaks between "nothing" and "clearly there"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerCounts:
    """N rows, one per sample and strain.

    samples  sample of each row; its other rows are the other strains of the product
    found    markers seen; total: markers that the strain has; depth: mean over all of them
    """

    samples: Sequence[str]
    found: Float[np.ndarray, " N"]
    total: Float[np.ndarray, " N"]
    depth: Float[np.ndarray, " N"]


def presence_scores(counts: MarkerCounts, company: float = COMPANY) -> Float[np.ndarray, " N"]:
    """Evidence for each row's strain: its own, and `company` times the mean of the others'.

    Its own is log(share of markers) + 2 log(evenness), evenness being the share seen over the
    share that the depth would show.
    """
    share = np.asarray(counts.found, float) / np.asarray(counts.total, float)
    expected = -np.expm1(-np.maximum(np.asarray(counts.depth, float), LEAST_DEPTH))
    even = np.minimum(1.0, share / expected)
    own = np.log(share + LEAST_SHARE) + 2 * np.log(even + LEAST_EVEN)
    _, which = np.unique(np.asarray(counts.samples), return_inverse=True)
    kept = np.clip(own, LOW, HIGH)
    others = np.bincount(which, weights=kept)[which] - kept
    number = np.bincount(which)[which] - 1
    others = np.where(number > 0, others / np.maximum(number, 1), 0.0)
    scores: Float[np.ndarray, " N"] = own + company * others
    return scores


def presence_p_values(
    scores: Float[np.ndarray, " N"],
    people: Sequence[str],
    control: Bool[np.ndarray, " N"],
) -> Float[np.ndarray, " N"]:
    """Share of rows of people without the product that score at least as high.

    (1 + number) / (1 + rows), always without the rows of the person in question, so that the
    answer for a control is one that it did not help to set.
    """
    who = np.asarray(people)
    answer = np.empty(len(scores))
    for person in np.unique(who):
        own = who == person
        null = np.sort(scores[control & ~own])
        above = len(null) - np.searchsorted(null, scores[own], side="left")
        answer[own] = (1 + above) / (1 + len(null))
    p_values: Float[np.ndarray, " N"] = answer
    return p_values


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedCalls:
    """Calls at the sensitivity of another method, every person judged without themselves.

    called   (N,) what is called
    weights  weight of company that was chosen with each person left out, by person
    """

    called: Bool[np.ndarray, " N"]
    weights: dict[str, float]


def matched_calls(
    counts: MarkerCounts,
    people: Sequence[str],
    control: Bool[np.ndarray, " N"],
    theirs: Bool[np.ndarray, " N"],
    weights: Sequence[float] = WEIGHTS,
) -> MatchedCalls:
    """Call as many rows of people who had the product as `theirs` does, and no more.

    Weight and threshold for a person come from everybody else: the threshold gives as many
    calls as theirs among those who had the product, the weight is the smallest with the
    fewest calls among the controls. So false calls in a control were helped by nobody's
    knowledge of that control.
    """
    who = np.asarray(people)
    scores = {one: presence_scores(counts, one) for one in weights}
    called = np.zeros(len(who), bool)
    chosen: dict[str, float] = {}
    for person in np.unique(who):
        own = who == person
        given, null = ~control & ~own, control & ~own
        number = int(theirs[given].sum())
        if not number:
            continue
        limits = {one: np.sort(scores[one][given])[-number] for one in weights}
        false = {one: float((scores[one][null] >= limits[one]).mean()) for one in weights}
        best = min(weights, key=lambda one: (false[one], one))
        chosen[str(person)] = best
        called[own] = scores[best][own] >= limits[best]
    return MatchedCalls(called=called, weights=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitHalfCalls:
    """Weight and threshold chosen on half of the people, measured on the others.

    weight  chosen; false: share called of controls' rows; called, theirs: calls after a dose
    """

    weight: float
    false: float
    called: int
    theirs: int


def halved_calls(
    counts: MarkerCounts,
    people: Sequence[str],
    given: tuple[Bool[np.ndarray, " N"], Bool[np.ndarray, " N"]],
    theirs: Bool[np.ndarray, " N"],
    level: float | None = None,
) -> tuple[SplitHalfCalls, ...]:
    """Every way to halve the people without the product, the others halved in turn.

    given  rows of people who never had the product, and rows without it (theirs and those
           from before a dose)
    level  false-call rate that the threshold has in the people without the product of the
           half that chooses, with the weight that calls most after a dose; None: it calls
           as many rows after a dose there as `theirs`, with the weight that calls fewest
           of the people without the product
    The other half, in which both are used, helped to choose neither.
    """
    who, (never, control) = np.asarray(people), given
    without = sorted(set(who[never].tolist()))
    dosed = sorted(set(who[~never].tolist()))
    scores = {one: presence_scores(counts, one) for one in WEIGHTS}
    found = []
    for turn, first in enumerate(combinations(without, len(without) // 2)):
        some = {*first, *(one for at, one in enumerate(dosed) if (at + at // 2 + turn) % 2)}
        for part in (some, {*without, *dosed} - some):
            chosen = np.isin(who, sorted(part))
            null, after = chosen & never, chosen & ~control
            best, limit = _chosen(scores, null, after, int(theirs[after].sum()), level)
            called = scores[best] >= limit
            found.append(
                SplitHalfCalls(
                    weight=best,
                    false=float(called[~chosen & never].mean()),
                    called=int(called[~chosen & ~control].sum()),
                    theirs=int(theirs[~chosen & ~control].sum()),
                )
            )
    return tuple(found)


def _chosen(
    scores: Mapping[float, Float[np.ndarray, " N"]],
    null: Bool[np.ndarray, " N"],
    after: Bool[np.ndarray, " N"],
    wanted: int,
    level: float | None,
) -> tuple[float, float]:
    """Weight and threshold by the rows of one half."""
    limits: dict[float, float] = {}
    worth: dict[float, float] = {}
    for one, score in scores.items():
        if level is None:
            ranked = np.sort(score[after])
            limits[one] = float(ranked[-wanted]) if wanted else np.inf
            worth[one] = -float((score[null] >= limits[one]).mean())
        else:
            limits[one] = float(np.nextafter(_limit(score[null], level), np.inf))
            worth[one] = float((score[after] >= limits[one]).sum())
    best = max(worth, key=lambda one: (worth[one], -one))
    return best, limits[best]


def _limit(null: Float[np.ndarray, " M"], level: float) -> float:
    """A score that at most `level` of these lie above."""
    ranked = np.sort(null)[::-1]
    return float(ranked[min(len(ranked) - 1, int(level * len(ranked)))])
