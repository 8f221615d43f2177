"""Draws from people's posteriors beside NUTS: `python benchmarks/bench_posterior.py`.

NUTS is NumPyro's, which is no dependency of this project: `pip install numpyro` into an
environment of its own and name its Python in NUMPYRO_PYTHON. People are simulated from model
001 of the evaluation (one compartment, first-order absorption; 3 etas), one dose, four samples.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tuning"))

from nonmem_runs import RUNS

from nanoward.tuning import History, fit_histories, posterior_draws, read_dynamics
from nanoward.tuning.estimation import course_at
from nanoward.tuning.histories import Event

TIMES, PEOPLE, DRAWS = (1.5, 4.5, 9.0, 24.0), 24, 4000

NUTS = """
import json, sys, time
import jax, jax.numpy as jnp, numpy as np, numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS
jax.config.update("jax_enable_x64", True)
t, people = jnp.array(%(times)s), json.load(sys.stdin)
def model(y):
    eta = numpyro.sample("eta", dist.Normal(jnp.zeros(3), np.sqrt(0.2)).to_event(1))
    cl, v, ka = 4 * jnp.exp(eta[0]), 70 * jnp.exp(eta[1]), jnp.exp(eta[2])
    f = 1e4 * ka / (v * ka - cl) * (jnp.exp(-cl / v * t) - jnp.exp(-ka * t))
    numpyro.sample("y", dist.Normal(f, np.sqrt(0.05) * f), obs=y)
mcmc = MCMC(NUTS(model, target_accept_prob=0.95), num_warmup=1000, num_samples=%(draws)s,
            jit_model_args=True, progress_bar=False)
found, spent = [], []
for k, y in enumerate(people):
    begin = time.process_time()
    mcmc.run(jax.random.PRNGKey(k), jnp.array(y))
    eta = np.asarray(mcmc.get_samples()["eta"])
    spent.append(time.process_time() - begin)
    found.append([eta.mean(0).tolist(), eta.std(0).tolist()])
json.dump([found, spent], sys.stdout)
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
    python = os.environ.get("NUMPYRO_PYTHON", "")
    if not python:
        print("NUTS left out: NUMPYRO_PYTHON names no Python with numpyro")
        return
    code = NUTS % {"times": list(TIMES), "draws": DRAWS}
    ran = subprocess.run(
        [python, "-c", code],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs, times = json.loads(ran.stdout)
    apart = np.array(
        [np.abs(a[0] - b[0]) / b[1] for a, b in zip(ours, np.array(theirs), strict=True)]
    )
    wide = np.array([a[1] / b[1] for a, b in zip(ours, np.array(theirs), strict=True)])
    laplace = np.array(
        [np.abs(f.eta - b[0]) / b[1] for f, b in zip(fits, np.array(theirs), strict=True)]
    )
    print(f"NUTS: {1e3 * np.median(times):.0f} ms per person, the first {times[0]:.1f} s")
    print(f"means apart, in sd of NUTS: median {np.median(apart):.3f}, most {apart.max():.3f}")
    print(f"sd ratio: from {wide.min():.3f} to {wide.max():.3f}")
    print(f"(the mode alone is up to {laplace.max():.2f} sd from the mean)")
    assert apart.max() < 0.1
    assert np.abs(wide - 1).max() < 0.1


if __name__ == "__main__":
    main()
