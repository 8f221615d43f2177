"""What steps cost: each second is counted in one step."""

import time

import pytest

from nanoward.adapters.meter import ProcessMeter, forget_peak, peak_mb
from nanoward.ports.progress import Meter, NoMeter


def busy(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_what_a_step_within_another_costs_is_counted_once() -> None:
    meter = ProcessMeter()
    with meter.step("outer"):
        busy(0.02)
        with meter.step("inner"):
            busy(0.1)
    outer, inner = meter.steps
    assert (outer.label, inner.label) == ("outer", "inner")
    assert inner.cpu_s >= 0.09
    assert 0.01 <= outer.cpu_s < 0.09
    assert outer.peak_mb > 1


def test_a_step_that_fails_is_measured_all_the_same() -> None:
    meter = ProcessMeter()
    with pytest.raises(ValueError, match="x"), meter.step("broken"):
        raise ValueError("x")
    assert meter.steps[0].peak_mb > 0
    meter.recall("beside", "nobody asks")  # outside of a step nothing is taken down
    assert meter.steps[0].why == ""


def test_why_tells_each_reason_once() -> None:
    meter = ProcessMeter()
    with meter.step("reading"):
        for name in ("a", "b", "c"):
            meter.recall(name, "for the first time")
        meter.recall("d", "changed: sha256")
        meter.recall("e", "")
    (one,) = meter.steps
    assert one.why == "a and 2 more: for the first time; d: changed: sha256"
    assert (len(one.computed), len(one.recalled)) == (4, 1)
    with meter.step("again"):
        meter.recall("e", "")
    assert meter.steps[1].why == "from an earlier round"


def test_the_most_memory_is_told_in_mb() -> None:
    forget_peak()
    before = peak_mb()
    held = bytearray(64 << 20)
    held[::4096] = b"x" * len(held[::4096])
    assert peak_mb() - before > 50


def test_both_are_meters() -> None:
    assert isinstance(ProcessMeter(), Meter)
    nothing = NoMeter()
    assert isinstance(nothing, Meter)
    with nothing.step("x"):
        nothing.recall("a", "b")
