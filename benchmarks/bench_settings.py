"""Are settings found? Simulated programmes of every kind of agent, truth known.

python benchmarks/bench_settings.py [--people 200] [--periods 16] [--seeds 1 2 3] [--draws 200]
       [--worlds pump stimulator ...] [--out FOLDER]

One process. Each piece (world, seed, policy) is kept as JSON in FOLDER as soon as it is done,
and is not done again: stop it and go on at any time. Ends with the table and with exit code 1
where a claim of "What it must show" does not hold. Figures stand in README.md, under Tuning.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from nanoward.simulation.worlds.tuned import LAST, POLICIES, Tuned, tuned
from nanoward.simulation.worlds.tuning_worlds import TuningWorld, tuning_worlds

MOST_SETTINGS, MOST_LOSS = 12, 0.05


def figures(world: TuningWorld, found: Tuned) -> dict[str, Any]:
    """What is kept of one piece."""
    needed = found.needed(world.goal.step)
    return {
        "world": found.world,
        "policy": found.policy,
        "people": len(found.settings),
        "needed": needed.tolist(),
        "harm": found.harm.mean(axis=1).tolist(),
        "late_harm": found.harm[:, -LAST:].mean(axis=1).tolist(),
        "over": (found.harm > world.goal.epsilon).mean(axis=1).tolist(),
        "benefit": found.final_benefit.tolist(),
        "refused": int(found.refused.sum()),
        "settings": np.round(found.settings.mean(axis=0), 4).tolist(),
        "course": np.round(found.benefit.mean(axis=0), 2).tolist(),
        "risk": np.round(found.harm.mean(axis=0), 4).tolist(),
    }


def piece(world: TuningWorld, seed: int, policy: str, given: Any) -> dict[str, Any]:
    """One piece, from the folder where it was done before."""
    name = f"{world.name}-{policy}-{seed}-{given.people}-{given.periods}-{given.draws}.json"
    path = Path(given.out) / name.replace(" ", "_")
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_text())
        return found
    begin = time.process_time()

    def step(_: int) -> None:
        print(".", end="", file=sys.stderr, flush=True)

    made = tuned(
        world, policy, people=given.people, periods=given.periods, seed=seed,
        draws=given.draws, step=step,
    )  # fmt: skip
    found = {**figures(world, made), "seconds": time.process_time() - begin}
    path.write_text(json.dumps(found))
    print(f" {name} {found['seconds']:.0f} s CPU", file=sys.stderr, flush=True)
    return found


def interval(values: Any) -> str:
    """Mean and 95 % limits over people."""
    told = np.asarray(values, float)
    half = 1.96 * told.std(ddof=1) / np.sqrt(len(told))
    return f"{told.mean():.3g} ({told.mean() - half:.3g} to {told.mean() + half:.3g})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--periods", type=int, default=16)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--worlds", nargs="+", default=list(tuning_worlds()))
    parser.add_argument("--policies", nargs="+", default=list(POLICIES))
    parser.add_argument("--out", default="bench-settings")
    given = parser.parse_args()
    Path(given.out).mkdir(parents=True, exist_ok=True)
    for seed in given.seeds:  # first every world once: a run that is stopped has told of all
        for name in given.worlds:
            for policy in given.policies:
                piece(tuning_worlds()[name], seed, policy, given)
    return 0 if told(given) else 1


def told(given: Any) -> bool:
    """Print the table; whether every claim holds."""
    worlds, fine = tuning_worlds(), True
    print("| agent | policy | people | settings needed, median | side effect | benefit |"
          " of the oracle's | refused |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for name in given.worlds:
        parts = {
            policy: [piece(worlds[name], seed, policy, given) for seed in given.seeds]
            for policy in given.policies
        }
        best = np.concatenate([one["benefit"] for one in parts.get("oracle", [])] or [[np.nan]])
        for policy, some in parts.items():
            benefit = np.concatenate([one["benefit"] for one in some])
            harm = np.concatenate([one["harm"] for one in some])
            needed = float(np.median(np.concatenate([one["needed"] for one in some])))
            share = float(benefit.mean() / best.mean())
            refused = sum(one["refused"] for one in some)
            print(f"| {name} | {policy} | {len(harm)} | {needed:.0f} | {interval(harm)} | "
                  f"{interval(benefit)} | {share:.3f} | {refused} |", flush=True)  # fmt: skip
            if policy == "ours":
                kept = harm.mean() <= worlds[name].goal.epsilon
                still = needed <= MOST_SETTINGS
                fine = fine and bool(kept and still and not share < 1 - MOST_LOSS)
    return fine


if __name__ == "__main__":
    raise SystemExit(main())
