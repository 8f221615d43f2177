"""Draws from people's posteriors beside NUTS: `python benchmarks/bench_posterior.py [FOLDER]`.

NUTS is NumPyro's, which is no dependency of this project: `pip install numpyro` into an
environment of its own and name its Python in NUMPYRO_PYTHON. Its answers are kept in FOLDER
(bench-posterior) and not asked for again. Where there is none, sums over a fine grid of the
three etas stand alone. 3 x 24 people are simulated from model 001 of the evaluation (one
compartment, first-order absorption): one dose, four samples. The last group was first looked
at when the method was finished.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tuning"))

from nonmem_runs import RUNS

from nanoward.tuning import History, fit_histories, posterior_draws, read_dynamics
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import predictions_at

TIMES, PEOPLE, DRAWS, CHAINS = (1.5, 4.5, 9.0, 24.0), 24, 8_000, 4
GROUPS = {"people of before": 5, "people seen while the method was made": 105, "others": 205}
SIDE = 150  # points of the grid along each eta

NUTS = """
import json, sys, time
import jax, jax.numpy as jnp, numpy as np, numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS
jax.config.update("jax_enable_x64", True)
t, people = jnp.array(%(times)s), %(people)s
def model(y):
    eta = numpyro.sample("eta", dist.Normal(jnp.zeros(3), np.sqrt(0.2)).to_event(1))
    cl, v, ka = 4 * jnp.exp(eta[0]), 70 * jnp.exp(eta[1]), jnp.exp(eta[2])
    f = 1e4 * ka / (v * ka - cl) * (jnp.exp(-cl / v * t) - jnp.exp(-ka * t))
    numpyro.sample("y", dist.Normal(f, np.sqrt(0.05) * f), obs=y)
mcmc = MCMC(NUTS(model, target_accept_prob=0.9), num_warmup=500, num_samples=%(draws)s,
            num_chains=%(chains)s, chain_method="vectorized", jit_model_args=True,
            progress_bar=False)
found, spent = [], []
for k, y in enumerate(people):
    begin = time.perf_counter()
    mcmc.run(jax.random.PRNGKey(k), jnp.array(y))
    eta = np.asarray(mcmc.get_samples(group_by_chain=True)["eta"])
    spent.append(time.perf_counter() - begin)
    rhat = np.asarray(numpyro.diagnostics.split_gelman_rubin(eta)).max()
    size = np.asarray(numpyro.diagnostics.effective_sample_size(eta)).min()
    flat = eta.reshape(-1, 3)
    found.append([flat.mean(0).tolist(), flat.std(0).tolist(), float(rhat), float(size)])
    print(k, round(spent[-1], 1), "s, r-hat", round(float(rhat), 4), "ESS", int(size),
          file=sys.stderr, flush=True)
json.dump([found, spent, str(jax.devices()[0])], sys.stdout)
"""


def simulated(seed: int) -> tuple[list[History], list[list[float]]]:
    model, chance = read_dynamics(RUNS["001"]), np.random.default_rng(seed)
    dose = Event(time=0.0, evid=1, amount=10000.0)
    blank = History(
        name="", events=(dose, *(Event(time=one, evid=0, output=0) for one in TIMES))
    )
    people, values = [], []
    for k in range(PEOPLE):
        eta = np.sqrt(0.2) * chance.standard_normal((1, 3))
        true = predictions_at(model, blank, eta).value[0]
        y = np.abs(true * (1 + np.sqrt(0.05) * chance.standard_normal(len(TIMES))))
        seen = (
            Event(time=one, evid=0, output=0, value=float(v))
            for one, v in zip(TIMES, y, strict=True)
        )
        people.append(History(name=f"{k}", events=(dose, *seen)))
        values.append(y.tolist())
    return people, values


def answers(values: list[list[float]], path: Path) -> tuple[list[Any], list[float], str] | None:
    """Means, sds, r-hat and effective size of each person by NUTS, seconds, and where."""
    python = os.environ.get("NUMPYRO_PYTHON", "")
    if not path.exists():
        if not python:
            print("  NUTS left out: NUMPYRO_PYTHON names no Python with numpyro")
            return None
        code = NUTS % {
            "times": list(TIMES), "people": values, "draws": DRAWS // CHAINS, "chains": CHAINS
        }  # fmt: skip
        told = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, check=True)
        path.write_bytes(told.stdout)
    return tuple(json.loads(path.read_text()))


def integrated(values: list[float]) -> Any:
    """(2, 3) means and sds of the etas, by sums over a grid of closed forms."""
    side = np.linspace(-4.8, 4.8, SIDE) * np.sqrt(0.2)
    eta = np.stack(np.meshgrid(side, side, side, indexing="ij")).reshape(3, -1)
    clearance, volume, ka = np.exp(eta) * np.array([[4.0], [70.0], [1.0]])
    out, log = clearance / volume, -0.5 * (eta**2).sum(axis=0) / 0.2
    with np.errstate(all="ignore"):
        for at, y in zip(TIMES, values, strict=True):
            f = 1e4 * ka / (volume * (ka - out)) * (np.exp(-out * at) - np.exp(-ka * at))
            log -= 0.5 * (y - f) ** 2 / (0.05 * f**2) + np.log(f)
    weight = np.exp(log - np.nanmax(log))
    weight = np.where(np.isfinite(weight), weight, 0.0)
    weight /= weight.sum()
    mean = eta @ weight
    return np.array([mean, np.sqrt((eta - mean[:, None]) ** 2 @ weight)])


def compared(name: str, ours: Any, theirs: Any) -> bool:
    """Print how far apart means and sds (N, 2, 3) are; whether all are within the goals."""
    apart = np.abs(ours[:, 0] - theirs[:, 0]) / theirs[:, 1]
    wide = ours[:, 1] / theirs[:, 1]
    print(
        f"  beside {name}: means apart, in sd: median {np.median(apart):.3f}, most "
        f"{apart.max():.3f}; sd ratios {wide.min():.3f} to {wide.max():.3f}"
    )
    return bool(apart.max() < 0.1 and np.abs(wide - 1).max() < 0.1)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "bench-posterior")
    folder.mkdir(parents=True, exist_ok=True)
    model, fine = read_dynamics(RUNS["001"]), True
    for told, seed in GROUPS.items():
        people, values = simulated(seed)
        fits, spent, ours = fit_histories(model, people), [], []
        for k, (one, fit) in enumerate(zip(people, fits, strict=True)):
            begin = time.process_time()
            draws = posterior_draws(model, one, fit, DRAWS, np.random.default_rng(k))
            spent.append(time.process_time() - begin)
            ours.append((draws.eta.mean(axis=0), draws.eta.std(axis=0)))
        print(f"{told}: {DRAWS} draws, {1e3 * np.median(spent):.1f} ms of processor time each")
        exact = np.array([integrated(one) for one in values])
        fine = compared("the grid", np.array(ours), exact) and fine
        found = answers(values, folder / f"nuts-{seed}.json")
        if found is not None:
            theirs, times, place = found
            of_nuts = np.array([one[:2] for one in theirs])
            fine = compared("NUTS", np.array(ours), of_nuts) and fine
            compared("the grid, NUTS itself", of_nuts, exact)
            print(f"  NUTS: r-hat at most {max(one[2] for one in theirs):.4f}, effective draws "
                  f"at least {min(one[3] for one in theirs):,.0f}, {np.median(times):.1f} s on "
                  f"the clock per person, on {place}")  # fmt: skip
    assert fine


if __name__ == "__main__":
    main()
