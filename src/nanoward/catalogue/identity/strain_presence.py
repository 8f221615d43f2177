"""Is a strain of a consortium in a sample? Marker tables, with false calls under control.

A strain that is there shows its markers evenly: at mean depth d a share 1 - exp(-d) of them
(Lander & Waterman 1988 Genomics 2:231). A relative shows some markers deeply and others not at
all. And the strains of a product come together, which relatives do not: that they do speaks for
a strain, that they do not is nothing against it, for one strain of a product may stay alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from jaxtyping import Bool, Float

LEAST_SHARE = 0.003  # of markers: a stray read or two
LEAST_EVEN = 0.05
LEAST_DEPTH = 0.005
EVEN = 3.0  # weight of the log of evenness
COMPANY = 2.0  # weight of the company's excess over that of people without the product
MOST_COMPANY = 8.0  # and the most that it can add, in nats
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 3.0)
LOW, HIGH = -7.0, -1.0  # company speaks between "nothing" and "clearly there"
TOP, FEWEST_TOP = 0.01, 10  # rows of controls by which their clustering is told
HALVINGS = 40  # drawn, where there are more


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


def presence_scores(
    counts: MarkerCounts, company: float = COMPANY, usual: float = LOW
) -> Float[np.ndarray, " N"]:
    """Evidence in nats for each row's strain: its own, without a ceiling, and its company's.

    With share s of the markers seen and evenness e (s over the share that the depth would
    show), its own is log s + 3 log e - log(1 - s e + 1 / markers): a relative lacks a part at
    any depth, and where nothing is lacking it goes on growing with the number of markers. The
    company of a row is the mean evidence for the other strains of the product, held between
    two limits; what it has above `usual` counts `company` times, at most 8 nats.
    usual  company of people without the product: see `usual_company`
    """
    own, mean = _own_and_company(counts)
    gained = np.clip(company * (mean - usual), 0.0, MOST_COMPANY)
    scores: Float[np.ndarray, " N"] = own + gained
    return scores


def usual_company(counts: MarkerCounts, control: Bool[np.ndarray, " N"]) -> float:
    """Median company of the rows of people without the product."""
    company = _own_and_company(counts)[1][control]
    return float(np.median(company)) if len(company) else LOW


def _own_and_company(
    counts: MarkerCounts,
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    total = np.asarray(counts.total, float)
    share = np.minimum(np.asarray(counts.found, float) / total, 1.0)
    expected = -np.expm1(-np.maximum(np.asarray(counts.depth, float), LEAST_DEPTH))
    even = np.minimum(1.0, share / expected)
    seen, level = np.log(share + LEAST_SHARE), np.log(even + LEAST_EVEN)
    _, which = np.unique(np.asarray(counts.samples), return_inverse=True)
    kept = np.clip(seen + 2 * level, LOW, HIGH)
    others = np.bincount(which, weights=kept)[which] - kept
    number = np.bincount(which)[which] - 1
    company = np.where(number > 0, others / np.maximum(number, 1), LOW)
    return seen + EVEN * level - np.log(1 - share * even + 1 / total), company


def presence_p_values(
    scores: Float[np.ndarray, " N"],
    people: Sequence[str],
    control: Bool[np.ndarray, " N"],
) -> Float[np.ndarray, " N"]:
    """How often a row of a further person without the product scores at least as high.

    (c + number) / (c + rows) over the rows of the other people without it, so that the answer
    for a control is one that it did not help to set. Whoever has a relative of a strain has
    it in many samples: high rows come in clusters of people, and a further person brings a
    whole one. c is the size of those clusters, rows per person among the highest 1 %; with 1
    the rate of a further person is understated. Above the highest control p falls by e for
    each nat, or for the mean distance of the higher half of people's highest rows from their
    middle one, if that is more.
    """
    who, answer = np.asarray(people), np.empty(len(scores))
    for person in np.unique(who):
        own = who == person
        null = control & ~own
        answer[own] = p_values_against(scores[own], scores[null], who[null])
    p_values: Float[np.ndarray, " N"] = answer
    return p_values


def p_values_against(
    scores: Float[np.ndarray, " M"], null: Float[np.ndarray, " C"], people: np.ndarray
) -> Float[np.ndarray, " M"]:
    """As `presence_p_values`, for rows of somebody who is none of the people without it."""
    if not len(null):
        return np.ones(len(scores))
    order = np.argsort(-null, kind="stable")
    ranked, who = null[order], people[order]
    top = who[: max(FEWEST_TOP, int(TOP * len(ranked)))]
    cluster = len(top) / len(np.unique(top))
    highest = ranked[np.unique(who, return_index=True)[1]]
    beyond = highest[highest >= np.median(highest)] - np.median(highest)
    above = np.searchsorted(-ranked, -scores, side="right")
    rank = (cluster + above) / (cluster + len(ranked))
    excess = np.maximum(scores - ranked[0], 0.0) / max(1.0, float(beyond.mean()))
    p_values: Float[np.ndarray, " M"] = rank * np.exp(-excess)
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
    usual = usual_company(counts, control)
    scores = {one: presence_scores(counts, one, usual) for one in weights}
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
    step: Callable[[int], None] = lambda _: None,
) -> tuple[SplitHalfCalls, ...]:
    """People without the product halved in every way, or in 40 drawn ones where there are more.

    The others are halved in turn; `step` is called after each.

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
    usual = usual_company(counts, control)
    scores = {one: presence_scores(counts, one, usual) for one in WEIGHTS}
    found = []
    for turn, first in enumerate(halves_of(without)):
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
        step(1)
    return tuple(found)


def halves_of(people: Sequence[str], seed: int = 7) -> tuple[tuple[str, ...], ...]:
    """Ways to take half of the people: all of them, or 40 different ones drawn by the seed."""
    half = len(people) // 2
    if comb(len(people), half) <= HALVINGS:
        return tuple(combinations(people, half))
    chance = np.random.default_rng(seed)
    drawn = dict[tuple[str, ...], None]()
    while len(drawn) < HALVINGS:
        places = sorted(chance.permutation(len(people))[:half].tolist())
        drawn[tuple(people[place] for place in places)] = None
    return tuple(drawn)


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
