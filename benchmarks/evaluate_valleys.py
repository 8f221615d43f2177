"""How many estimates lie in the lowest valley: against many starts over the simulated space.

    python benchmarks/evaluate_valleys.py --people 1000 --starts 64

For each family of tests/tuning/families.py people are simulated (one dose of 10,000 into the
depot, another after 24 h, four levels; etas from the population, noise from the error). Each is
fitted as by `nanoward tuning fit`, and searched for again from every start: standard normal
points of the population. An estimate is in the lowest valley where no start ends lower by more
than 1e-3 in -2 ln likelihood. Printed: share in the lowest valley, and processor time per fit.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tuning"))

from families import FAMILIES

from nanoward.tuning import Dynamics, History, fit_histories, histories, read_dynamics
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.map_estimates import (
    longest,
    places_in,
    predictions_at,
    whitening,
)
from nanoward.tuning.kernel.entry_points import map_estimates
from nanoward.tuning.kernel.layout import MapResults, kernel_arrays, workspace_for
from nanoward.tuning.models.compiled_model import assembled

APART = 1e-3


def simulated_people(name: str, count: int, seed: int) -> tuple[Dynamics, list[History]]:
    """Histories of `count` people of a family, with noise."""
    family = FAMILIES[name]
    model = read_dynamics(family.text)
    chance = np.random.default_rng(seed)
    zero = name == "zero-order absorption"
    rows: list[dict[str, Any]] = []
    for k in range(count):
        times = np.sort(
            chance.choice(
                [0.5, 1.0, 1.5, 3.0, 5.0, 8.0, 12.0, 24.5, 26.0, 36.0], 4, replace=False
            )
        )
        dose = {"ID": f"{k:05}", "EVID": 1, "AMT": 10_000.0, "DV": None,
                "CMT": 2 if zero else 1, "RATE": -2.0 if zero else 0.0}  # fmt: skip
        asked = [{"ID": f"{k:05}", "TIME": float(t), "EVID": 0, "AMT": 0.0, "DV": 1.0,
                  "CMT": 2, "RATE": 0.0} for t in times]  # fmt: skip
        own = sorted([{**dose, "TIME": 0.0}, {**dose, "TIME": 24.0}, *asked],
                     key=lambda row: row["TIME"])  # fmt: skip
        rows += [{**row, **(family.covariates or {})} for row in own]
    blank, _ = histories(pl.DataFrame(rows, infer_schema_length=None), model)
    factor = whitening(model, 1)
    values = []
    for one in blank:
        eta = factor @ chance.standard_normal(len(factor))
        at = predictions_at(model, one, eta[None, :])
        seen = at.value[0] + np.sqrt(np.maximum(at.variance[0], 0)) * chance.standard_normal(
            at.value.shape[1]
        )
        natural = np.exp(seen) if model.outputs[0].log else seen
        values.append(
            iter(
                np.maximum(
                    natural,
                    1e-3 if model.outputs[0].proportional or model.outputs[0].log else -np.inf,
                )
            )
        )
    for row in rows:
        if row["EVID"] == 0:
            row["DV"] = float(next(values[int(row["ID"])]))
    return model, histories(pl.DataFrame(rows, infer_schema_length=None), model)[0]


def ends_from(model: Dynamics, people: list[History], start: np.ndarray) -> np.ndarray:
    """(N,) -2 ln likelihood + z'z at the end of one search each; infinite where it is none."""
    program, factor = assembled(model), whitening(model, 1)
    given, size = packed(people, len(model.covariates)), len(factor)
    laid = kernel_arrays(program, given, factor, workspace_for(program, places_in(given), size))
    n = len(people)
    told, shown = np.zeros(4 * n), np.full(2 * n * longest(given), np.nan)
    out = MapResults(np.full(n * size, np.nan), np.full(n * size**2, np.nan),
                     np.full(n * size**2, np.nan), told, shown)  # fmt: skip
    map_estimates(laid, start[None, :], out)
    told = told.reshape(n, 4)
    return np.where(told[:, 3] == 0, told[:, 1], np.inf)


def evaluate(name: str, people: int, starts: int, seed: int) -> tuple[float, int, float]:
    """Share in the lowest valley, how many are not, microseconds per fit."""
    model, known = simulated_people(name, people, seed)
    fit_histories(model, known[:20])
    begun = time.process_time()
    fits = fit_histories(model, known)
    spent = (time.process_time() - begun) / people * 1e6
    mine = np.array([predictions_at(model, one, fit.eta[None, :]).minus_two_log[0]
                     for one, fit in zip(known, fits, strict=True)])  # fmt: skip
    size = len(whitening(model, 1))
    lowest = np.full(people, np.inf)
    for z in np.random.default_rng(11).standard_normal((starts, size)) * 1.5:
        lowest = np.minimum(lowest, ends_from(model, known, z))
    higher = ~(mine <= lowest + APART)
    return 1 - higher.mean(), int(higher.sum()), spent


def main() -> None:
    told = argparse.ArgumentParser()
    told.add_argument("--people", type=int, default=1000)
    told.add_argument("--starts", type=int, default=64)
    told.add_argument("--seed", type=int, default=17)
    told.add_argument("--only", default="")
    given = told.parse_args()
    total = 0
    for name in sorted(FAMILIES):
        if given.only in name:
            share, higher, spent = evaluate(name, given.people, given.starts, given.seed)
            total += higher
            print(f"{name:28} {share:.4%} {higher:5d} higher, {spent:8.1f} us each", flush=True)
    print(f"{total} in a higher valley")


if __name__ == "__main__":
    main()
