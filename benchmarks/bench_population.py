"""Populations beside published ones, and all people of NONMEM's models by two commands:
`python benchmarks/bench_population.py`. Needs ../shared/data; about four minutes.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tuning"))

from estimation.test_population import THEOPHYLLINE, warfarin_of_nonmem
from populations import people_of
from streams import RUNS

from nanoward.tuning import Dynamics, estimate_formula_population, read_dynamics

DATA = ROOT / ".." / "shared" / "data"
PUBLISHED = {
    "CL": np.exp(-2.004051), "V": np.exp(2.051884), "EC50": np.exp(0.1407633),
    "KOUT": np.exp(-2.953470), "E0": np.exp(4.570454), "omega KTR": 0.5581298,
    "omega KA": 0.5584023, "omega CL": 0.0785849, "omega V": 0.0508227, "omega EC50": 0.1842681,
    "omega KOUT": 0.0083632, "omega E0": 0.0027456, "cp additive": 0.5116252**2,
    "cp proportional": 0.0985804**2, "pca additive": 3.717144**2,
}  # fmt: skip


def theophylline() -> None:
    events = pl.read_csv(DATA / "pkpd" / "theo_sd.csv")
    events = events.with_columns(EVID=pl.col("EVID").replace(101, 1))
    model = read_dynamics(THEOPHYLLINE)
    people = people_of(model, events.to_dicts())
    estimate_formula_population(model, people)  # loads the kernel
    begin = time.process_time()
    found = estimate_formula_population(model, people)
    spent = time.process_time() - begin
    print(
        f"theophylline: objective {found.objective:.4f} (nlmixr2 116.8036), {spent:.2f} s CPU, "
        f"{found.evaluations} evaluations, {found.reason or 'converged'}"
    )
    assert abs(found.objective - 116.8036) < 2e-3


def warfarin() -> None:
    """From the starting values of nlmixr2's example, not from NONMEM's estimates."""
    from dataclasses import replace

    starts = {
        "KTR": (1.0, 1.0), "KA": (1.0, 1.0), "CL": (0.1, 2.0), "V": (10.0, 1.0),
        "EMAX": (0.8, 5e-5), "EC50": (0.5, 0.5), "KOUT": (0.05, 0.5), "E0": (100.0, 0.5),
    }  # fmt: skip
    end = read_dynamics(warfarin_of_nonmem())
    parameters = tuple(
        replace(one, typical=starts[one.name][0], variance=starts[one.name][1])
        for one in end.parameters
    )
    errors = {"cp": ("0.01", "0.01"), "pca": ("100.0", "")}
    outputs = tuple(
        replace(one, additive=errors[one.name][0], proportional=errors[one.name][1])
        for one in end.outputs
    )
    model: Dynamics = replace(end, parameters=parameters, outputs=outputs)
    events = pl.read_csv(
        DATA / "pkpd" / "warfarin.csv", infer_schema_length=None, null_values=["."]
    )
    events = events.rename({name: name.upper() for name in events.columns})
    begin = time.process_time()
    found = estimate_formula_population(
        model, people_of(model, events.to_dicts()), fixed=["omega EMAX"]
    )
    spent = time.process_time() - begin
    told = {one.name: one.value for one in found.estimates}
    apart = {name: told[name] / value - 1 for name, value in PUBLISHED.items()}
    worst = max(apart, key=lambda name: abs(apart[name]))
    middle = np.median(np.abs(list(apart.values())))
    print(
        f"warfarin: objective {found.objective:.4f}, {spent:.0f} s CPU, {found.evaluations} "
        f"evaluations, {found.reason or 'converged'}; of {len(apart)} numbers furthest from "
        f"NONMEM's: {worst} by {apart[worst]:+.1%}; median {middle:.2%}"
    )


def every_run() -> None:
    """`tuning import` and `tuning fit` on all 400 people of each of NONMEM's models."""
    agreed, people = 0, 0
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with TemporaryDirectory() as folder:
        for run, text in RUNS.items():
            stream, model = Path(folder) / f"{run}.mod", Path(folder) / f"{run}.toml"
            stream.write_text(text)
            begin = [sys.executable, "-m", "nanoward", "tuning"]
            subprocess.run([*begin, "import", str(stream), "--out", str(model), "--quiet"],
                           check=True, capture_output=True, env=environment)  # fmt: skip
            events = DATA / "nonmem_map" / f"run{run}_data.parquet"
            told = subprocess.run(
                [*begin, "fit", str(events), "--model", str(model), "--draws", "0", "--json",
                 "--quiet"], capture_output=True, text=True, check=False, env=environment,
            )  # fmt: skip
            agreed_here, here = _agreement(run, json.loads(told.stdout)["fits"])
            print(f"run{run}: {agreed_here} of {here} within 1e-3 of NONMEM, or lower")
            agreed, people = agreed + agreed_here, people + here
    print(f"all: {agreed} of {people}")
    assert agreed >= 0.999 * people


def _agreement(run: str, fits: list[dict[str, object]]) -> tuple[int, int]:
    truth = pl.read_parquet(DATA / "nonmem_map" / f"run{run}_map.parquet")
    columns = [name for name in truth.columns if name.startswith("ETA(")]
    order = list(dict.fromkeys(line.split("=")[0].strip() for line in RUNS[run].splitlines()
                               if "EXP(ETA(" in line))  # fmt: skip
    rows = {(one["participant"], one["parameter"]): one for one in fits}
    agreed = 0
    for row in truth.iter_rows(named=True):
        mine = [rows[str(row["ID"]), name] for name in order]
        away = max(abs(float(str(one["eta"])) - row[column])
                   for one, column in zip(mine, columns, strict=True))  # fmt: skip
        agreed += away < 1e-3 or float(str(mine[0]["objective"])) < row["OBJ"] - 1e-4
    return agreed, truth.height


if __name__ == "__main__":
    theophylline()
    every_run()
    warfarin()
