"""What small strata tell together, beside one stratum of as many people: simulated worlds.

python benchmarks/evaluate_strata.py [--worlds 300] [--first 20000]

The worlds are those of tests/bonds/linkage/test_pair_evidence.py (neutral coalescents, a clock
of its own per stratum, households of two of which a tenth caught another lineage), on seeds
from 20,000 on, which chose nothing. Recall of the strata is set beside that of one stratum of
as many people who are as diverse and as often linked; the limits are by drawing worlds. False
links: the mean share over worlds, with the same limits, and of all calls of all worlds.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "bonds" / "linkage"))

from test_pair_evidence import called, world

KINDS: tuple[tuple[str, Sequence[int], dict[str, float]], ...] = (
    ("17 strata of 10", [10] * 17, {}),
    ("17 strata of 10, a third as diverse", [10] * 17, {"rate": 20.0}),
    ("17 strata of 10, few links", [10] * 17, {"linked": 0.3}),
    (
        "17 strata of 10, few links, a third as diverse",
        [10] * 17,
        {"linked": 0.3, "rate": 20.0},
    ),
    ("30 strata of 5, a third as diverse", [5] * 30, {"rate": 20.0}),
    ("30 strata of 5, few links, a third as diverse", [5] * 30, {"linked": 0.3, "rate": 20.0}),
    ("10 strata of 5 to 200", [5, 5, 6, 8, 10, 12, 20, 40, 80, 200], {}),
)


MOST_PEOPLE = 60_000  # in all worlds of a kind together: the largest kinds get fewer worlds


def counted(sizes: Sequence[int], worlds: int, first: int, how: dict[str, float]) -> np.ndarray:
    """(W, 4) true links called, true links, share of false ones among all called, and their
    number, of each world."""
    found = np.zeros((worlds, 4))
    for k in range(worlds):
        data, links = world(first + k, sizes, **how)
        calls = called(data)
        false = (calls & ~links).sum()
        found[k] = ((calls & links).sum(), links.sum(), false / max(calls.sum(), 1), false)
    return found


def limits(values: np.ndarray) -> str:
    low, high = np.quantile(values, (0.025, 0.975))
    return f"[{low:.3f}, {high:.3f}]"


def told(name: str, found: np.ndarray, drawn: np.ndarray) -> str:
    recall = found[:, 0].sum() / found[:, 1].sum()
    spread = found[drawn, 0].sum(axis=1) / found[drawn, 1].sum(axis=1)
    calls = found[:, 0].sum() + found[:, 3].sum()
    return (
        f"{name}, {len(found)} worlds: recall {recall:.3f} {limits(spread)}; false "
        f"{found[:, 2].mean():.4f} {limits(found[drawn, 2].mean(axis=1))}; of all calls "
        f"{found[:, 3].sum():.0f} of {calls:.0f}, {found[:, 3].sum() / max(calls, 1):.4f}"
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--worlds", type=int, default=300)
    asked.add_argument("--first", type=int, default=20_000)
    asked.add_argument("--only", default="")
    given = asked.parse_args()
    chance = np.random.default_rng(1)
    for name, sizes, how in KINDS:
        if given.only not in name:
            continue
        people = sum(sizes)
        worlds = max(2, min(given.worlds, MOST_PEOPLE // people))
        strata = counted(sizes, worlds, given.first, how)
        whole = counted([people], max(2, worlds // 8), given.first, how)
        pick, other = (chance.integers(0, len(one), (2000, len(one)))
                       for one in (strata, whole))  # fmt: skip
        print(told(name, strata, pick), flush=True)
        print(told(f"  one stratum of {people}", whole, other), flush=True)
        own, usual = (one[at, 0].sum(axis=1) / one[at, 1].sum(axis=1)
                      for one, at in ((strata, pick), (whole, other)))  # fmt: skip
        plain = (strata[:, 0].sum() / strata[:, 1].sum()) / (
            whole[:, 0].sum() / whole[:, 1].sum()
        )
        print(f"  recall over the one stratum's: {plain:.3f} {limits(own / usual)}", flush=True)


if __name__ == "__main__":
    main()
