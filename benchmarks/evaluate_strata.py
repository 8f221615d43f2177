"""What small strata tell together, beside one stratum of as many people: simulated worlds.

python benchmarks/evaluate_strata.py [--worlds 60]

The worlds are those of tests/bonds/linkage/test_pair_evidence.py (neutral coalescents, a clock
of its own per stratum, households of two of which a tenth caught another lineage), on seeds
from 1,000 on, which chose nothing. Recall of the strata is set beside that of one stratum of
170; the limits are by drawing worlds. False links: the mean share over worlds, with the same.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "bonds" / "linkage"))

from test_pair_evidence import called, world

FIRST = 1000
KINDS: tuple[tuple[str, Sequence[int], dict[str, float]], ...] = (
    ("17 strata of 10", [10] * 17, {}),
    ("17 strata of 10, a third as diverse", [10] * 17, {"rate": 20.0}),
    ("17 strata of 10, few links", [10] * 17, {"linked": 0.3}),
    ("30 strata of 5, a third as diverse", [5] * 30, {"rate": 20.0}),
    ("10 strata of 5 to 200", [5, 5, 6, 8, 10, 12, 20, 40, 80, 200], {}),
)


def counted(sizes: Sequence[int], worlds: int, how: dict[str, float]) -> np.ndarray:
    """(W, 3) links called, true links, false ones of all that were called, of each world."""
    found = np.zeros((worlds, 3))
    for k in range(worlds):
        data, links = world(FIRST + k, sizes, **how)
        calls = called(data)
        found[k] = (
            (calls & links).sum(),
            links.sum(),
            (calls & ~links).sum() / max(calls.sum(), 1),
        )
    return found


def limits(values: np.ndarray) -> str:
    low, high = np.quantile(values, (0.025, 0.975))
    return f"[{low:.3f}, {high:.3f}]"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--worlds", type=int, default=60)
    asked.add_argument("--only", default="")
    given = asked.parse_args()
    chance = np.random.default_rng(1)
    whole = counted([170], max(given.worlds // 2, 2), {})
    drawn = chance.integers(0, len(whole), (2000, len(whole)))
    usual = whole[drawn, 0].sum(axis=1) / whole[drawn, 1].sum(axis=1)
    plain = whole[:, 0].sum() / whole[:, 1].sum()
    false = limits(whole[drawn, 2].mean(axis=1))
    print(
        f"one stratum of 170: recall {plain:.3f} {limits(usual)}, false "
        f"{whole[:, 2].mean():.4f} {false}",
        flush=True,
    )
    for name, sizes, how in KINDS:
        if given.only not in name:
            continue
        told = counted(sizes, given.worlds, how)
        pick = chance.integers(0, len(told), (2000, len(told)))
        recall = told[pick, 0].sum(axis=1) / told[pick, 1].sum(axis=1)
        own = told[:, 0].sum() / told[:, 1].sum()
        ratio = own / plain
        print(f"{name}: recall {own:.3f} {limits(recall)}, of the one stratum's {ratio:.3f} "
              f"{limits(recall / usual)}; false {told[:, 2].mean():.4f} "
              f"{limits(told[pick, 2].mean(axis=1))}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
