"""How much contamination could be seen at all, and how much of it is.

    python benchmarks/evaluate_carryover.py [REPLICATES]

A sample of a run of 12 (132 ordered pairs) holds a share of another, from which it differs at
so many sites; reads are binomial, 3 wrong letters of a kind in 10,000, one person in 1,000 has
a minor variant of their own at a site. Told: at most one clean run of 100 flagged.

limit    the most powerful test of this level, which knows the share, the sites and all rates
         (Neyman & Pearson 1933); its critical value by importance sampling
letters  the evidence of catalogue.carryover_evidence on all letters
called   the same on what a caller tells: at least 2 %, and more than errors explain

Then swaps: two samples of 12 people exchanged, each with so many private factors, 9 in 10 of
which are found again in a sample; the limit knows the factors and the chances.
"""

import sys
from datetime import date, timedelta

import numpy as np

from nanoward.catalogue.evolution.baseline import FIRST, Baseline, Host, ObservedSample
from nanoward.catalogue.identity.contamination_likelihood import (
    InformativeSites,
    contamination_evidence,
    own_minor,
)
from nanoward.catalogue.identity.sample_swap import assignment_table

SHARES, SITES, DEPTHS = (0.005, 0.01, 0.02, 0.05, 0.1), (1, 3, 10, 30), (30, 100, 1000)
LEVEL, PAIRS, ERROR, OWN, LENGTH = 0.01, 132, 3e-4, 1e-3, 12_000
PEOPLE, SAMPLES, KEPT, FACTORS = 12, 4, 0.9, (1, 2, 3, 5, 10)


def sites_of(found: np.ndarray, depth: int, floor: float) -> InformativeSites:
    count = len(found)
    return InformativeSites(
        found=np.where(found >= floor, found, 0).astype(float),
        depth=np.full(count, float(depth)),
        foreign=np.ones(count),
        error=np.full(count, 0.0 if floor else ERROR),
        known=np.full(count, 1e5),
        chance=np.full(count, OWN),
        floor=np.full(count, float(floor)),
    )


def caller_floor(depth: int) -> float:
    """Letters from which a caller tells a minor variant: 5 % over the genome, and 2 %."""
    from scipy.special import bdtrc

    least = next(k for k in range(1, depth) if bdtrc(k - 1, depth, ERROR) < 0.05 / (3 * LENGTH))
    return float(max(least, np.ceil(0.02 * depth)))


def drawn(
    rng: np.random.Generator, count: int, depth: int, mean: float
) -> tuple[np.ndarray, np.ndarray]:
    """Letters at the sites, and which of them are a minor variant of the sample's own."""
    own = rng.random(count) < OWN
    ladder = np.arange(1, depth + 1)
    chance = 1 / ladder
    large = rng.choice(ladder, count, p=chance / chance.sum())
    return np.where(own, large, rng.binomial(depth, mean, count)), own


def limit(rng: np.random.Generator, count: int, depth: int, share: float, times: int) -> float:
    """Power of the most powerful test: P0(ratio >= c) = E1[1 / ratio; ratio >= c]."""
    ratios = np.sort([
        _exact(drawn(rng, count, depth, ERROR + share)[0], depth, share) for _ in range(times)
    ])[::-1]  # fmt: skip
    level = np.cumsum(np.exp(-ratios)) / times
    return float((level <= LEVEL / PAIRS).mean())


def _exact(found: np.ndarray, depth: int, share: float) -> float:
    from scipy.special import gammaln, xlog1py, xlogy

    ways = gammaln(depth + 1) - gammaln(found + 1) - gammaln(depth - found + 1)

    def chance(mean: float) -> np.ndarray:
        binomial = np.exp(ways + xlogy(found, mean) + xlog1py(depth - found, -mean))
        sites = sites_of(found, depth, 0.0)
        return np.asarray((1 - OWN) * binomial + OWN * own_minor(sites))

    return float((np.log(chance(ERROR + share)) - np.log(chance(ERROR))).sum())


def power(
    rng: np.random.Generator, count: int, depth: int, share: float, floor: float, times: int
) -> float:
    needed = np.log(PAIRS / LEVEL)
    told = 0
    for _ in range(times):
        found, _ = drawn(rng, count, depth, ERROR + share)
        told += contamination_evidence(sites_of(found, depth, floor)).log_ratio >= needed
    return told / times


def false_alarms(rng: np.random.Generator, depth: int, floor: float, runs: int) -> int:
    """Clean runs in which one of the pairs, 10 sites each, reaches what is needed."""
    needed, wrong = np.log(PAIRS / LEVEL), 0
    for _ in range(runs):
        for _ in range(PAIRS):
            found, _ = drawn(rng, 10, depth, ERROR)
            if not (found >= max(1.0, floor)).any():
                continue
            if contamination_evidence(sites_of(found, depth, floor)).log_ratio >= needed:
                wrong += 1
                break
    return wrong


def tell_power(times: int) -> None:
    print("| share | sites | " + " | ".join(f"{depth}x" for depth in DEPTHS) + " |")
    print("|---|---|" + "---|" * len(DEPTHS))
    for share in SHARES:
        for count in SITES:
            cells = []
            for depth in DEPTHS:
                rng = np.random.default_rng([int(share * 1000), count, depth])
                most = limit(rng, count, depth, share, 4000)
                letters = power(rng, count, depth, share, 0.0, times)
                called = power(rng, count, depth, share, caller_floor(depth), times)
                cells.append(f"{most:.2f} / {letters:.2f} / {called:.2f}")
            print(f"| {share:.1%} | {count} | " + " | ".join(cells) + " |", flush=True)


def hosts(rng: np.random.Generator, private: int) -> list[list[set[int]]]:
    """Person by sample: which private factors were found."""
    return [
        [
            {who * 100 + at for at in range(private) if rng.random() < KEPT}
            for _ in range(SAMPLES)
        ]
        for who in range(PEOPLE)
    ]


def named(courses: list[list[set[int]]]) -> list[Host]:
    told = {"c": np.ones(PEOPLE * 100 + 1, bool)}
    made = []
    for who, course in enumerate(courses):
        seen = [
            ObservedSample(
                sample=f"p{who:02d}-{at}",
                taken=date(2026, 1, 1) + timedelta(7 * at),
                alleles={("c", one + 1): {"A": 0.9} for one in sorted(factors)},
                readable=told,
            )
            for at, factors in enumerate(course)
        ]
        begun = Baseline(kind=FIRST, day=seen[0].taken, lot=None, sample=seen[0])
        made.append(Host(participant=f"p{who:02d}", baseline=begun, samples=seen))
    return made


def swap_limit(private: int) -> float:
    """Power of the test that knows whose factors are whose, at 0.01 over the other people.

    An own sample lost all of its factors with (1 - KEPT)^n; one of the other's is found in
    somebody else once in 1,000. Either alone may be enough.
    """
    level, rare = 0.01 / (PEOPLE - 1), 1e-3
    if (1 - KEPT) ** private <= level:
        return 1.0
    both = (1 - KEPT) ** private * (1 - (1 - rare) ** private)
    return 1 - (1 - KEPT) ** private if both <= level else 0.0


def tell_swaps(times: int) -> None:
    for private in FACTORS:
        rng = np.random.default_rng(private)
        right = undecided = wrong = 0
        for _ in range(times):
            courses = hosts(rng, private)
            i, j = (int(one) for one in rng.integers(0, SAMPLES, 2))
            courses[3][i], courses[7][j] = courses[7][j], courses[3][i]
            table = assignment_table(named(courses))
            verdicts = dict(table.select("sample", "verdict").rows())
            two = f"p03-{i}", f"p07-{j}"
            right += sum(verdicts.get(one) == "swapped" for one in two)
            undecided += sum(verdicts.get(one, "undecided") == "undecided" for one in two)
            wrong += sum(v == "swapped" for one, v in verdicts.items() if one not in two)
        others = times * (PEOPLE * SAMPLES - 2)
        cells = (swap_limit(private), right / (2 * times), undecided / (2 * times))
        told = " | ".join(f"{one:.2f}" for one in cells)
        print(f"| {private} | {told} | {wrong} of {others} |")


def main(times: int) -> None:
    print("carryover, power: limit / letters / called")
    tell_power(times)
    for name, depth, floor in (("letters", 100, 0.0), ("called", 1000, caller_floor(1000))):
        wrong = false_alarms(np.random.default_rng(5), depth, floor, 200)
        print(f"clean runs flagged, {name} at {depth}x: {wrong} of 200")
    print("swaps: private factors, limit, told, left undecided, others told")
    tell_swaps(max(10, times // 10))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
