"""Speed and agreement of tuning, beside a MAP by scipy: `python benchmarks/bench_tuning.py`.

Prints medians in CPU time. People of six evaluation models stand in ../shared/data/nonmem_map
where that is there; otherwise simulated people are used and agreement with NONMEM is left out.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import minimize

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tuning"))

from exposures import MODEL, goal, person
from families import FAMILIES, slow_prediction
from kernel.test_likelihood import person_of, rows_of
from nonmem_runs import RUNS

from nanoward.tuning import (
    Draws,
    fit_histories,
    histories,
    posterior_draws,
    read_dynamics,
    recommend,
)
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.map_estimates import longest, places_in, starts, whitening
from nanoward.tuning.kernel.entry_points import map_estimates
from nanoward.tuning.kernel.layout import MapResults, kernel_arrays, workspace_for
from nanoward.tuning.models.compiled_model import assembled

SHARED = ROOT / ".." / "shared" / "data" / "nonmem_map"


def seconds(work: Any, repeats: int = 5) -> float:
    """Median CPU seconds."""
    found = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return float(np.median(found))


def loop() -> float:
    """CPU seconds of ten million rounds of an empty loop: how fast the machine is just now."""
    begin = time.process_time()
    for _ in range(10_000_000):
        pass
    return time.process_time() - begin


def kernel_alone(model: Any, people: list[Any]) -> float:
    """CPU seconds per person of the compiled search with its covariance."""
    program, given = assembled(model), packed(people, len(model.covariates))
    factor = whitening(model, 1)
    size, count, wide = len(factor), len(people), longest(given)
    laid = kernel_arrays(program, given, factor, workspace_for(program, places_in(given), size))

    def work() -> None:
        out = MapResults(
            *(
                np.zeros(one)
                for one in (
                    count * size,
                    count * size**2,
                    count * size**2,
                    4 * count,
                    2 * count * wide,
                )
            )
        )
        map_estimates(laid, starts(size), out)

    return seconds(work, 5) / count


def scipy_batch(people: list[Any], fits: list[Any]) -> tuple[float, int]:
    """CPU seconds per person of a MAP by scipy (BFGS without derivatives) on the exact solution
    of model 001 in numpy, without covariance; and how many end where ours ends."""
    agreed = 0
    begin = time.process_time()
    for one, fit in zip(people, fits, strict=True):
        doses = [
            (each.time + k * each.interval, each.amount)
            for each in one.events
            if each.evid == 1
            for k in range(each.more + 1)
        ]
        seen = one.observed
        t, y = np.array([each.time for each in seen]), np.array([each.value for each in seen])

        def objective(eta: Any, t: Any = t, y: Any = y, doses: Any = doses) -> float:
            cl, v, ka = np.array([4.0, 70.0, 1.0]) * np.exp(eta)
            f = np.zeros(len(t))
            for at, amount in doses:
                after = np.maximum(t - at, 0.0)
                shape = np.exp(-cl / v * after) - np.exp(-ka * after)
                f += amount * ka / (v * ka - cl) * shape
            g = 0.05 * f**2
            return float(np.sum((y - f) ** 2 / g + np.log(g)) + np.sum(eta**2) / 0.2)

        with np.errstate(all="ignore"):
            found = minimize(objective, np.zeros(3), method="BFGS")
        agreed += bool(np.abs(found.x - fit.eta).max() < 1e-3)
    return (time.process_time() - begin) / len(people), agreed


def against_nonmem() -> None:
    for run, text in RUNS.items():
        model = read_dynamics(text)
        people, _ = histories(pl.read_parquet(SHARED / f"run{run}_data.parquet"), model)
        rows = pl.read_parquet(SHARED / f"run{run}_map.parquet").to_dicts()
        truth = {str(row["ID"]): row for row in rows}
        fits = fit_histories(model, people)
        apart, lower = [], []
        for one, fit in zip(people, fits, strict=True):
            row = truth[one.name]
            eta = [row[f"ETA({k + 1})"] for k in range(len(fit.eta))]
            apart.append(np.abs(fit.eta - eta).max())
            lower.append(fit.objective - row["OBJ"])
        agreed = (np.array(apart) < 1e-3) | (np.array(lower) < 0)
        begin = time.process_time()
        fit_histories(model, people)
        batch = 1e6 * (time.process_time() - begin) / len(people)
        alone = 1e6 * kernel_alone(model, people)
        done = sum(fit.converged for fit in fits)
        print(f"run{run}: {agreed.sum()} of {len(people)} agree, {done} converged")
        print(f"  median eta difference {np.median(apart):.1e}")
        print(f"  {batch:.0f} us per person, kernel alone {alone:.1f} us; loop {loop():.2f} s")
        if run == "001":
            rival, same = scipy_batch(people[:60], fits[:60])
            print(f"  scipy (BFGS, exact solution, no covariance): {1e6 * rival:.0f} us each,")
            print(f"  {same} of 60 within 1e-3 of ours")


def one_person() -> None:
    family = FAMILIES["saturable elimination"]
    model = read_dynamics(family.text)
    rows = rows_of(family, "")
    value, _ = slow_prediction(family, dict.fromkeys(model.random, 0.2), rows)
    seen = iter(value * (1 + 0.1 * np.sin(np.arange(len(value)))))
    for row in rows:
        if row["EVID"] == 0:
            row["DV"] = float(next(seen))
    one = person_of(model, rows)
    fit_histories(model, [one])
    y = np.array([row["DV"] for row in rows if row["EVID"] == 0])

    def objective(eta: Any) -> float:
        f, g = slow_prediction(family, dict(zip(model.random, eta, strict=True)), rows)
        return float(np.sum((y - f) ** 2 / g + np.log(g)) + np.sum(eta**2) / family.variance)

    ours = seconds(lambda: fit_histories(model, [one]), 50)
    theirs = seconds(lambda: minimize(objective, np.zeros(4), method="L-BFGS-B"), 1)
    print(
        f"one person, equations integrated, MAP and covariance: {1e3 * ours:.2f} ms; "
        f"scipy (L-BFGS-B on LSODA, without covariance): {1e3 * theirs:.0f} ms"
    )
    fit = fit_histories(model, [one])[0]
    chance = np.random.default_rng(1)
    draws = seconds(lambda: posterior_draws(model, one, fit, 1000, chance), 3)
    print(f"1000 draws from that posterior: {1e3 * draws:.0f} ms")


def certified_set() -> None:
    eta = 0.3 * np.random.default_rng(1).standard_normal((4000, 2))
    draws = Draws(eta=eta, effective=0.9)
    asked = goal(highest=398.0, step=2.0, horizon=24.0, every=6.0)
    recommend(MODEL, person(), draws, asked)
    took = seconds(lambda: recommend(MODEL, person(), draws, asked), 3)
    print(f"certified set of {len(asked.settings())} settings x 4000 draws: {took:.2f} s")


def first_answer() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from families import FAMILIES\nfrom test_kernel import person_of, rows_of\n"
        "import nanoward.tuning as t\n"
        "one = FAMILIES['saturable elimination']\n"
        "text = one.text.replace('1000.0', '1001.0')\n"
        "model = t.read_dynamics(text)\n"
        "fit = t.fit_histories(model, [person_of(model, rows_of(one, ''))])[0]\n"
        "assert fit.converged\n"
    )
    wall, used = [], []
    for _ in range(3):
        begin, spent = time.perf_counter(), os.times()
        subprocess.run([sys.executable, "-c", code, str(ROOT / "tests" / "tuning")], check=True)
        wall.append(time.perf_counter() - begin)
        now = os.times()
        used.append(now[2] + now[3] - spent[2] - spent[3])
    print(
        f"process start to the first fit of a model never seen: {np.median(used):.2f} s of "
        f"processor time, {np.median(wall):.2f} s wall; loop {loop():.2f} s"
    )


if __name__ == "__main__":
    one_person()
    certified_set()
    first_answer()
    if SHARED.exists():
        against_nonmem()
