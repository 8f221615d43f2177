"""Draws from people's posteriors beside NUTS: `python benchmarks/bench_posterior.py`.

NUTS is NumPyro's, which is no dependency of this project: `pip install numpyro` into an
environment of its own and name its Python in NUMPYRO_PYTHON. Or on another machine, with an
accelerator if there is one: `--write nuts.py` writes a script that holds the people's data,
`python nuts.py > answers.json` runs it there, `--answers answers.json` compares. People are
simulated from model 001 of the evaluation (one compartment, first-order absorption; 3 etas):
one dose, four samples.
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
from nanoward.tuning.estimation import course_at
from nanoward.tuning.history import Event

TIMES, PEOPLE, DRAWS, CHAINS = (1.5, 4.5, 9.0, 24.0), 24, 8_000, 4

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


def simulated() -> tuple[list[History], list[list[float]]]:
    model, chance = read_dynamics(RUNS["001"]), np.random.default_rng(5)
    dose = Event(time=0.0, evid=1, amount=10000.0)
    blank = History(
        name="", events=(dose, *(Event(time=one, evid=0, output=0) for one in TIMES))
    )
    people, values = [], []
    for k in range(PEOPLE):
        eta = np.sqrt(0.2) * chance.standard_normal((1, 3))
        true = course_at(model, blank, eta).value[0]
        y = np.abs(true * (1 + np.sqrt(0.05) * chance.standard_normal(len(TIMES))))
        seen = (
            Event(time=one, evid=0, output=0, value=float(v))
            for one, v in zip(TIMES, y, strict=True)
        )
        people.append(History(name=f"{k}", events=(dose, *seen)))
        values.append(y.tolist())
    return people, values


def answers(values: list[list[float]]) -> tuple[list[Any], list[float], str]:
    """Means, sds, r-hat and effective size of each person by NUTS, seconds, and where."""
    if "--answers" in sys.argv:
        return tuple(json.loads(Path(sys.argv[-1]).read_text()))
    code = NUTS % {
        "times": list(TIMES), "people": values, "draws": DRAWS // CHAINS, "chains": CHAINS
    }  # fmt: skip
    if "--write" in sys.argv:
        Path(sys.argv[-1]).write_text(code)
        sys.exit(0)
    python = os.environ.get("NUMPYRO_PYTHON", "")
    if not python:
        sys.exit("NUTS left out: NUMPYRO_PYTHON names no Python with numpyro")
    told = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return tuple(json.loads(told.stdout))


def main() -> None:
    model = read_dynamics(RUNS["001"])
    people, values = simulated()
    fits = fit_histories(model, people)
    ours, spent = [], []
    for k, (one, fit) in enumerate(zip(people, fits, strict=True)):
        begin = time.process_time()
        draws = posterior_draws(model, one, fit, DRAWS, np.random.default_rng(k))
        spent.append(time.process_time() - begin)
        ours.append((draws.eta.mean(axis=0), draws.eta.std(axis=0)))
    print(f"{DRAWS} draws: {1e3 * np.median(spent):.1f} ms of processor time per person")
    theirs, times, place = answers(values)
    of_nuts = np.array([one[:2] for one in theirs])
    print(f"NUTS: r-hat at most {max(one[2] for one in theirs):.4f}, effective draws at least")
    print(f"  {min(one[3] for one in theirs):,.0f} of each person, on {place}")
    apart = np.array([np.abs(a[0] - b[0]) / b[1] for a, b in zip(ours, of_nuts, strict=True)])
    wide = np.array([a[1] / b[1] for a, b in zip(ours, of_nuts, strict=True)])
    laplace = np.array(
        [np.abs(f.eta - b[0]) / b[1] for f, b in zip(fits, of_nuts, strict=True)]
    )
    print(
        f"  {1e3 * np.median(times):.0f} ms on the clock per person, the first {times[0]:.1f} s"
    )
    print(f"means apart, in sd of NUTS: median {np.median(apart):.3f}, most {apart.max():.3f}")
    odd = [
        (k, round(float(r), 3)) for k, row in enumerate(wide) for r in row if abs(r - 1) > 0.1
    ]
    print(f"sd ratio: from {wide.min():.3f} to {wide.max():.3f}; beyond 10 %: {odd}")
    print(f"(the mode alone is up to {laplace.max():.2f} sd from the mean)")
    assert apart.max() < 0.1
    assert len(odd) <= 0.05 * wide.size


if __name__ == "__main__":
    main()
