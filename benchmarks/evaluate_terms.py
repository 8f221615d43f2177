"""A new length of gestation from few pregnancies: bias, limits and rivals in simulated worlds.

    python benchmarks/evaluate_terms.py [RUNS] [FIRST_SEED]

Prints a row per planted term and size: every fit (births >= 3), and those that are published.
Rivals: the mean of births seen with its 95 % limits; the crude share of losses.
"""

import sys
import time

import numpy as np

from nanoward.programme.pregnancies.term_estimate import (
    FEWEST_BIRTHS,
    fit_term,
    reason_not_estimable,
    reason_not_followed,
)
from nanoward.programme.pregnancies.term_model import BIRTH, LOSS, gestation_records
from nanoward.simulation.worlds.pregnancy_worlds import (
    PregnancyWorld,
    simulated_pregnancies,
    true_loss_risk,
)

WORLDS = {
    "38.0 +- 1.4 weeks": {"mean_d": 266.0, "sd_d": 9.8},
    "30.0 +- 2 weeks": {"mean_d": 210.0, "sd_d": 14.0},
    "46.0 +- 3 weeks": {"mean_d": 322.0, "sd_d": 21.0},
    "half 38.0, half 32.0": {"mean_d": 266.0, "sd_d": 9.8, "second_d": 224.0},
}


def _births_seen(known, truth):
    births = known.cause == BIRTH
    middle = (known.low - known.last / 2.0)[births]
    half = 1.96 * middle.std(ddof=1) / np.sqrt(middle.size)
    return middle.mean() - truth, abs(middle.mean() - truth) <= half


def _run(settings, size, seed):
    world = PregnancyWorld(seed=seed, pregnancies=size, **settings)
    second = settings.get("second_d")
    truth = world.mean_d if second is None else (world.mean_d + second) / 2
    known = gestation_records(one.record for one in simulated_pregnancies(world))
    births = int((known.cause == BIRTH).sum())
    crude = (known.cause == LOSS).mean()
    if births < 3:
        return {"births": births, "crude": crude, "fit": None, "shown": False}
    fit = fit_term(known)
    shown = not reason_not_estimable(births) and not reason_not_followed(known, fit.mean)
    return {
        "births": births, "crude": crude, "shown": shown, "seen": _births_seen(known, truth),
        "fit": (fit.mean - truth, fit.low <= truth <= fit.high), "loss": fit.loss,
    }  # fmt: skip


def _told(rows):
    if not rows:
        return "none"
    off = np.array([one["fit"][0] for one in rows])
    cover = np.mean([one["fit"][1] for one in rows])
    naive = np.array([one["seen"][0] for one in rows])
    naive_cover = np.mean([one["seen"][1] for one in rows])
    return (
        f"{len(rows):4d} runs: bias {off.mean():+5.1f} d, rmse {np.sqrt((off**2).mean()):5.1f},"
        f" cover {cover:.3f} | births seen {naive.mean():+5.1f}, cover {naive_cover:.3f}"
    )


def main(runs: int, first: int) -> None:
    for name, settings in WORLDS.items():
        risk = true_loss_risk(PregnancyWorld(seed=first, **settings))
        for size in (20, 60, 200):
            many = runs if size <= 60 else max(runs // 2, 1)
            begun = time.process_time()
            found = [_run(settings, size, seed) for seed in range(first, first + many)]
            spent = time.process_time() - begun
            fits = [one for one in found if one["fit"] is not None]
            few = [one for one in found if one["births"] < FEWEST_BIRTHS]
            held = sum(not one["shown"] for one in few)
            loss = np.mean([one["loss"] for one in fits]) - risk if fits else np.nan
            crude = np.mean([one["crude"] for one in found]) - risk
            print(f"{name}, n = {size} ({spent / many:.2f} CPU s a run)")
            print(f"  every fit  {_told(fits)}")
            print(f"  published  {_told([one for one in fits if one['shown']])}")
            print(
                f"  < {FEWEST_BIRTHS} births in {len(few)} runs, not yet estimable in {held};"
                f" loss {risk:.3f}: fit {loss:+.3f}, crude {crude:+.3f}", flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    said = [int(one) for one in sys.argv[1:]] + [None] * 2
    main(said[0] or 60, 1000 if said[1] is None else said[1])
