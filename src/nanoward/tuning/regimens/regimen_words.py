"""A question and its answer in one line: dose, unit, way in, interval, infusion time, basis."""

from math import inf, isfinite

from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.regimens.regimen_history import compartment_place
from nanoward.tuning.regimens.single_dose import SingleDoseTarget, output_place

BASES = {
    "now": "from now, with what is in the body",
    "steady": "to steady state",
    "empty": "from empty: nothing given before counts",
}


def amount_unit(model: Dynamics, wanted: SingleDoseTarget) -> str:
    """Unit of a dose, as the model gives that of the compartment."""
    unit = model.compartments[compartment_place(model, wanted.into)].unit
    return unit or "(unit of AMT)"


def exposure_unit(model: Dynamics, wanted: SingleDoseTarget) -> str:
    """Unit of what is reached."""
    unit = model.outputs[output_place(model, wanted.output)].unit or "(unit of DV)"
    if wanted.measure != "auc":
        return unit
    top, slash, bottom = unit.partition("/")
    return f"{top} {model.time_unit}{slash}{bottom}"


def answer_unit(model: Dynamics, wanted: SingleDoseTarget) -> str:
    """Unit of what is found."""
    if wanted.measure == "below" or wanted.find in ("interval", "duration"):
        return model.time_unit
    if wanted.find == "exposure":
        return exposure_unit(model, wanted)
    unit = amount_unit(model, wanted)
    return f"{unit}/{model.time_unit}" if is_constant(wanted) else unit


def is_constant(wanted: SingleDoseTarget) -> bool:
    """Whether the regimen never pauses: a constant infusion, its dose being that of one unit of
    time."""
    return wanted.basis == "steady" and wanted.interval == wanted.duration == 1.0


def regimen_line(model: Dynamics, wanted: SingleDoseTarget, answer: float | None) -> str:
    """The regimen with the answer in it, where there is one person's; what it is for, and what
    it counts from."""
    said = _regimen(model, wanted, answer)
    return f"{said}; {BASES[wanted.basis]}; {_purpose(model, wanted, answer)}"


def _regimen(model: Dynamics, wanted: SingleDoseTarget, answer: float | None) -> str:
    unit, time = amount_unit(model, wanted), model.time_unit
    place = compartment_place(model, wanted.into)
    one = model.compartments[place]
    found: dict[str, float | None] = {}
    if wanted.measure != "below":
        found[wanted.find] = answer
    if wanted.measure == "below" and wanted.dose == 0:
        return "no further dose"
    dose = found.get("dose", wanted.dose)
    if is_constant(wanted):
        rate = "a rate in" if dose is None else _number(dose)
        return f"{rate} {unit}/{time} without a pause, into {one.name} (CMT {one.number})"
    words = [f"a dose in {unit}" if dose is None else f"{_number(dose)} {unit}"]
    duration = found.get("duration", wanted.duration)
    if duration is None:
        words.append("over a time to be found")
    else:
        words.append(f"over {_number(duration)} {time}" if duration > 0 else "at once")
    words.append(f"into {one.name} (CMT {one.number})")
    every = found.get("interval", wanted.interval)
    if every is None:
        words.append("at an interval to be found")
    elif every > 0:
        words.append(f"every {_number(every)} {time}")
        if wanted.basis != "steady":
            count = wanted.regimen.doses_before(inf if wanted.end is None else wanted.end)
            words.append(f"{count} {'dose' if count == 1 else 'doses'}")
    else:
        words.append("once")
    if wanted.basis == "now":
        words.append(f"at {_number(wanted.at)} {time}")
    return ", ".join([" ".join(words[:2]), *words[2:]])


def _purpose(model: Dynamics, wanted: SingleDoseTarget, answer: float | None) -> str:
    unit, time = exposure_unit(model, wanted), model.time_unit
    name = model.outputs[output_place(model, wanted.output)].name
    if wanted.measure == "below":
        when = "when" if answer is None else f"at {_number(answer)} {time}"
        return f"{name} below {_number(wanted.value)} {unit} {when}"
    span = ""
    if wanted.basis == "steady":
        over = wanted.over or wanted.interval
        span = f" over {_number(over)} {time}" if wanted.measure == "auc" and over else ""
    elif wanted.measure in ("auc", "average"):
        start = wanted.regimen.at if wanted.start is None else wanted.start
        span = f" from {_number(start)} to {_number(wanted.end or 0.0)} {time}"
    elif wanted.end is not None:
        span = f" at {_number(wanted.end)} {time}" if wanted.measure != "peak" else ""
    if wanted.find == "exposure":
        value = "as told" if answer is None else f"{_number(answer)} {unit}"
        return f"{wanted.measure} of {name}{span}: {value}"
    return f"for {wanted.measure} {_number(wanted.value)} {unit} of {name}{span}"


def _number(value: float) -> str:
    return f"{value:.6g}" if isfinite(value) else "infinity"
