"""Faults by the thousand: `make soak`. Prints every figure; the exit code is 1 if one fails.

python tests/faults/soak.py [--share 0.1]
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from bent import bend_often
from killed import kill_often
from power import fast_folder, lose_power


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers")
    share = parser.parse_args().share
    slow = Path(tempfile.mkdtemp(prefix="nanoward-soak-"))
    fast = fast_folder(slow)
    checks = (
        (cuts, fast, round(20_000 * share)),
        (careless_cuts, fast, max(100, round(1_000 * share))),
        (kills, slow, round(500 * share)),
        (forgeries, slow, round(100_000 * share)),
    )
    try:
        verdicts = [told(check, folder, count) for check, folder, count in checks]
        return 0 if all(verdicts) else 1
    finally:
        for folder in (slow, fast):
            shutil.rmtree(folder, ignore_errors=True)


def told(check: Callable[[Path, int], tuple[bool, str]], folder: Path, count: int) -> bool:
    start = time.perf_counter()
    good, text = check(folder, count)
    seconds = time.perf_counter() - start
    print(f"{'ok    ' if good else 'FAILED'} {text} ({seconds:.0f} s)", flush=True)
    return good


def cuts(folder: Path, count: int) -> tuple[bool, str]:
    tally = lose_power(folder / "cuts", images=count, seed=1)
    text = f"{tally.images} power cuts, {tally.acknowledged} records acknowledged before them"
    return tally.lost == 0, f"{text}: {tally.lost} images lost some"


def careless_cuts(folder: Path, count: int) -> tuple[bool, str]:
    tally = lose_power(folder / "careless", images=count, seed=2, synchronous="NORMAL")
    share = tally.lost / tally.images
    return share > 0.2, f"{tally.images} cuts with synchronous=NORMAL: {share:.0%} lost records"


def kills(folder: Path, count: int) -> tuple[bool, str]:
    toll = kill_often(folder / "kills", rounds=count, seed=3)
    text = f"{toll.rounds} kill -9, {toll.acknowledged} appends acknowledged"
    return not toll.lost + toll.doubled, f"{text}: {toll.lost} lost, {toll.doubled} doubled"


def forgeries(_: Path, count: int) -> tuple[bool, str]:
    verdicts = bend_often(count, seed=4)
    text = f"{verdicts.bent} bent proofs, checkpoints and signatures"
    good = verdicts.bent_accepted == 0 and verdicts.good == verdicts.good_accepted
    return good, (
        f"{text}: {verdicts.bent_accepted} accepted; of {verdicts.good} good ones "
        f"{verdicts.good - verdicts.good_accepted} refused"
    )


if __name__ == "__main__":
    sys.exit(main())
