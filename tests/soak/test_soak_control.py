"""Long runs of control, with their figures on stdout: `make soak`."""

import importlib.util
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis.stateful import invariant

from nanoward.testing.flushes import FlushScenario, flush_outcomes, followed, three_negatives
from nanoward.testing.storms import order_storm

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]


def test_a_million_orders_and_none_outside_the_envelope_reaches_a_driver() -> None:
    began = time.perf_counter()
    storm = order_storm(1_000_000, seed=2026)
    took = time.perf_counter() - began
    print(f"\n{storm.orders} orders, {storm.commands} commands, {took:.0f} s, {storm.outcomes}")
    assert storm.breaches == ()
    assert storm.commands > 100_000


def test_a_million_steps_of_the_kill_code_without_a_violation() -> None:
    path = Path(__file__).parents[1] / "control" / "test_killcode.py"
    spec = importlib.util.spec_from_file_location("killcode_machine", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    steps = 0

    class Counted(module.KillMachine):  # type: ignore[misc, name-defined]
        @invariant()
        def is_counted(self) -> None:
            nonlocal steps
            steps += 1

    case = Counted.TestCase
    case.settings = settings(
        max_examples=21_000, stateful_step_count=50, deadline=None, derandomize=True
    )
    began = time.perf_counter()
    case("runTest").runTest()
    print(f"\n{steps} steps of 21000 stories in {time.perf_counter() - began:.0f} s")
    assert steps >= 1_000_000


def test_flushes_over_the_ranges_of_the_field() -> None:
    places = [
        (g, clumping, cells)
        for cells in (1e9, 1e11)
        for clumping in (0.1, 0.3, 1.0)
        for g in (0.7, 4.0, 12.0, 24.0, 48.0)
    ]
    caught = [one_ward(place, seed) for seed, place in enumerate(places)]
    print(f"\nescapes caught over all wards: {np.mean(caught):.4%}")
    assert np.mean(caught) >= 0.999


def one_ward(place: tuple[float, float, float], seed: int) -> float:
    """Share of escapes caught in one ward; a single ward has too few for four digits."""
    g, clumping, cells = place
    every = 12.0 if g < 24 else 24.0
    ward = FlushScenario(
        doubling_h=g,
        believed_h=g,
        clumping=clumping,
        cells=cells,
        escape=1 / cells,
        every_h=every,
        prior=0.632,
    )
    times = int(25 * g / every) + 40
    course = followed(ward, 20_000, np.random.default_rng(seed), times=times)
    found, three = flush_outcomes(ward, course), three_negatives(course)
    alive = course.survivors > 0
    false = float((alive & ~np.isnan(found.cleared_h)).mean())
    wrong = float((alive & ~np.isnan(three)).mean())
    caught = float((~np.isnan(found.escaped_h))[alive].mean())
    slow = float(np.nanmedian(found.cleared_h[~alive]) / np.nanmedian(found.optimum_h[~alive]))
    days = float(np.nanmedian(found.cleared_h[~alive]) / 24)
    print(
        f"\n| {g:g} | {clumping:g} | {cells:.0e} | {false:.4%} | {wrong:.1%} | {caught:.4%} |"
        f" {days:.1f} | {slow:.2f} |"
    )
    assert false <= 1e-3
    assert caught >= 0.998
    assert slow <= 1.3
    return caught
