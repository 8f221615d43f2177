"""Speed and agreement of tuning, beside a MAP by scipy: `python benchmarks/bench_tuning.py`.

Prints medians in CPU time. People of six evaluation models stand in ../shared/data/nonmem_map
where that is there; otherwise simulated people are used and agreement with NONMEM is left out.
"""

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
from nonmem_runs import RUNS
from test_kernel import person_of, rows_of

from nanoward.tuning import (
    Draws,
    fit_histories,
    histories,
    posterior_draws,
    read_dynamics,
    recommend,
)
from nanoward.tuning.assembly import assembled
from nanoward.tuning.estimation import longest, places_in, starts, whitening
from nanoward.tuning.histories import packed
from nanoward.tuning.program import room_for

SHARED = ROOT / ".." / "shared" / "data" / "nonmem_map"


def seconds(work: Any, repeats: int = 5) -> float:
    """Median CPU seconds."""
    found = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return float(np.median(found))


def kernel_alone(model: Any, people: list[Any]) -> float:
    """CPU seconds per person of the compiled search with its covariance."""
    from nanoward.tuning.search import find_all

    program, given = assembled(model), packed(people, len(model.covariates))
    factor = whitening(model, 1)
    size, count = len(factor), len(people)
    room, seen = (
        room_for(program, places_in(given), size),
        np.zeros((longest(given), 2, size + 1)),
    )

    def work() -> None:
        out = (
            np.zeros((count, size)), np.zeros((count, size, size)),
            np.zeros((count, size, size)), np.zeros((count, 4)),
            np.zeros((count, longest(given), 2)),
        )  # fmt: skip
        find_all(program, given, factor, starts(size), room, seen, out)

    return seconds(work, 3) / count


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
        print(f"  {batch:.0f} us per person, kernel alone {alone:.0f} us")


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
    ours = seconds(lambda: fit_histories(model, [one]))
    y = np.array([row["DV"] for row in rows if row["EVID"] == 0])

    def objective(eta: Any) -> float:
        f, g = slow_prediction(family, dict(zip(model.random, eta, strict=True)), rows)
        return float(np.sum((y - f) ** 2 / g + np.log(g)) + np.sum(eta**2) / family.variance)

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
    found = []
    for _ in range(3):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, str(ROOT / "tests" / "tuning")], check=True)
        found.append(time.perf_counter() - begin)
    print(
        f"process start to the first fit of a model never seen: {np.median(found):.2f} s (wall)"
    )


if __name__ == "__main__":
    one_person()
    certified_set()
    first_answer()
    if SHARED.exists():
        against_nonmem()
