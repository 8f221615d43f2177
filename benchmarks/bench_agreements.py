"""Random agreements: what leaving costs by the room's formula and by walking every exit path.

python benchmarks/bench_agreements.py [NUMBER]     100,000 where it is not given
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.oracles.exit_walks import dearest
from tests.programme.agreements.random_agreements import random_terms

from nanoward.programme.agreements.exit_paths import exit_paths, leave_cost
from nanoward.programme.agreements.terms import read_terms


def walk(number: int) -> None:
    """Exact fractions on both sides; not one may differ."""
    rng, differ, over = random.Random(20), 0, 0
    begun = time.process_time()
    for _ in range(number):
        weeks = rng.randint(1, 26)
        terms = random_terms(rng, weeks)
        cost = leave_cost(exit_paths(read_terms(terms, "EUR"), weeks)).cost
        differ += cost != dearest(terms, weeks)
        over += cost is None or cost > 1 / 10
    cpu = time.process_time() - begun
    print(f"{number} random agreements, {differ} differ, {over} over 10 %; {cpu:.0f} CPU s")
    assert differ == 0


if __name__ == "__main__":
    walk(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
