"""Every likelihood is reached from a plain file, and recovers the truth of simulated people."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nanoward.flows.tuning.fit_people import EventFile, fit_people
from nanoward.tuning import Question, read_dynamics
from nanoward.wiring import open_bench

Array = NDArray[np.float64]
Seen = Callable[[Array, np.random.Generator], Array]
HEAD = """
name = "likelihood"
[parameters.BASE]
typical = 2.0
variance = 0.25
[outputs.seen]
value = "{value}"
{error}
"""


def expit(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def graded(level: Array, chance: np.random.Generator) -> Array:
    above = [expit(3 * level - 4), expit(3 * level - 7)]
    u = chance.random(level.shape)
    return np.sum([u < p for p in above], axis=0).astype(float)


CASES: dict[str, tuple[str, str, Seen]] = {
    "additive": ("BASE", "additive = 0.25", lambda m, c: m + 0.5 * c.standard_normal(m.shape)),
    "proportional": (
        "BASE", "proportional = 0.04", lambda m, c: m * (1 + 0.2 * c.standard_normal(m.shape)),
    ),
    "combined": (
        "BASE", "additive = 0.04\nproportional = 0.04",
        lambda m, c: m + np.sqrt(0.04 + 0.04 * m**2) * c.standard_normal(m.shape),
    ),
    "log": ("BASE", "log = 0.09", lambda m, c: m * np.exp(0.3 * c.standard_normal(m.shape))),
    "below a limit": (
        "BASE", "additive = 0.25\nlimit = 1.2",
        lambda m, c: m + 0.5 * c.standard_normal(m.shape),
    ),
    "ordinal": (
        "BASE", 'likelihood = "ordinal"\nlogits = ["3 * BASE - 4", "3 * BASE - 7"]', graded,
    ),
    "counts": ("BASE", 'likelihood = "poisson"', lambda m, c: c.poisson(m).astype(float)),
    "events": (
        "BASE", 'likelihood = "event"\ncumulative = "BASE * 0.4"',
        lambda m, c: (c.exponential(1 / m) < 0.4).astype(float),
    ),
    "pairwise preference": (
        "2 * (BASE - 2)", 'likelihood = "preference"',
        lambda m, c: (2 * (m - 2) + c.standard_normal(m.shape) > 0).astype(float),
    ),
    "yes or no": (
        "expit(3 * BASE - 6)", 'likelihood = "bernoulli"',
        lambda m, c: (c.random(m.shape) < expit(3 * m - 6)).astype(float),
    ),
    "a formula": (
        "(DV - BASE) ^ 2 / 0.25", 'likelihood = "formula"',
        lambda m, c: m + 0.5 * c.standard_normal(m.shape),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_plain_file_is_fitted_and_the_truth_recovered(name: str) -> None:
    """60 people, 8 observations each. Errors in units of their own standard error have a
    deviation near 1; how well people are told apart depends on the likelihood."""
    value, error, seen = CASES[name]
    model = read_dynamics(HEAD.format(value=value, error=error))
    chance = np.random.default_rng(8)
    eta = 0.5 * chance.standard_normal(60)
    told = seen(np.repeat(2 * np.exp(eta)[:, None], 8, axis=1), chance)
    lines = [f"{k},{j + 1},0,0,{float(told[k, j])!r}" for k in range(60) for j in range(8)]
    content = "\n".join(["ID,TIME,EVID,AMT,DV", *lines, ""]).encode()
    bench = open_bench(quiet=True, workers=1)
    found = fit_people(
        bench,
        EventFile(path="e.csv", content=content), Question(model=model, draws=0), 7,
    )  # fmt: skip
    fits = found.tables["fits"].with_columns(who=found.tables["fits"]["participant"].cast(int))
    fits = fits.sort("who")
    usable = fits.filter("converged")
    assert usable.height >= 55  # all observations of a person may be below the limit
    truth = eta[usable["who"].to_numpy()]
    assert np.corrcoef(usable["eta"].to_numpy(), truth)[0, 1] > 0.6
    off = (usable["eta"].to_numpy() - truth) / usable["eta_se"].to_numpy()
    assert 0.75 < off.std() < 1.35
