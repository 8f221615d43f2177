"""Faults of settings: units, nested ranges, steps."""

from collections import Counter
from collections.abc import Iterator

from nanoward.agents.spec import MAY_CHANGE, AgentSpec, Setting
from nanoward.base.units import UnknownUnit, unit_of

Told = tuple[str, str, str]


def setting_faults(spec: AgentSpec) -> Iterator[Told]:
    """Faults of all settings: code, message, setting."""
    for name, count in Counter(one.name for one in spec.settings).items():
        if count > 1:
            yield "AGT-140", f"setting {name} is stated {count} times", name
    for one in spec.settings:
        for code, told in _faults(one):
            yield code, f"setting {one.name} {told}", one.name


def _faults(one: Setting) -> Iterator[tuple[str, str]]:
    if isinstance(unit_of(one.unit), UnknownUnit):
        yield "AGT-141", f"has the unit {one.unit!r}"
    if one.may_change not in MAY_CHANGE:
        yield "AGT-148", f"may be changed by {one.may_change!r}"
    if not one.longest_h > 0:
        yield "AGT-146", f"lasts {one.longest_h:g} hours"
    if not one.low < one.high:
        yield "AGT-142", f"runs from {one.low:g} to {one.high:g} {one.unit}"
        return
    yield from _ranged(one)
    yield from _own(one)


def _ranged(one: Setting) -> Iterator[tuple[str, str]]:
    width = one.high - one.low
    if not 0 < one.step <= width:
        yield "AGT-144", f"moves in steps of {one.step:g} over a range of {width:g}"
        return
    if not one.step <= one.largest_change <= width:
        yield "AGT-145", f"changes by at most {one.largest_change:g} in steps of {one.step:g}"
    for code, name, value in (
        ("AGT-143", "default", one.default),
        ("AGT-147", "value on loss", one.on_loss),
    ):
        if not one.low <= value <= one.high:
            yield code, f"has a {name} of {value:g}, outside {one.low:g} to {one.high:g}"
        elif not on_step(value, one):
            yield "AGT-150", f"has a {name} of {value:g} that no step reaches"


def on_step(value: float, one: Setting) -> bool:
    """Whether a whole number of steps from the low end reaches a value (to 1e-6 of a step)."""
    steps = (value - one.low) / one.step
    return abs(steps - round(steps)) <= 1e-6


def _own(one: Setting) -> Iterator[tuple[str, str]]:
    low, high = one.own_low, one.own_high
    if low is None and high is None:
        return
    if one.may_change != "participant":
        yield "AGT-151", f"has a participant's range, but is changed by {one.may_change}"
    if low is None or high is None or not one.low <= low < high <= one.high:
        yield "AGT-149", f"has the participant's range {low} to {high}"
