"""Numbers of finished fits by other programs, put into a model.

NONMEM .ext (Users Guide: Introduction to NONMEM 7, "raw output file"): the row with ITERATION
-1000000000 holds the final estimates of the last table. Monolix populationParameters.txt
(Monolix documentation, "Result files"): X_pop, omega_X and gamma_X (standard deviations between
people and occasions), corr_X_Y, beta_..., and a, b of the residual error, deviations too.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nanoward.base.errors import InputError
from nanoward.tuning.models.dynamics import Dynamics, Individual, Output, Pair
from nanoward.tuning.nonmem.translation import Estimates

Array = NDArray[np.float64]
FINAL = -1_000_000_000


class BadFitError(InputError):
    """Results of another program cannot be read, or do not belong to the model."""

    code = "TUN-010"
    next_step = "Give the file as that program wrote it, and the model that it was fitted with."


@dataclass(frozen=True, slots=True, kw_only=True)
class MonolixEstimate:
    """One row of populationParameters.txt: a value, and its line in the file."""

    value: float
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Where an estimate stands: its file and line, and its name there."""

    file: str
    line: int
    name: str


def nonmem_estimates(text: str, file: str = "") -> Estimates:
    """The final estimates of a .ext file's last table."""
    header: list[str] = []
    last: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if not parts or parts[0].upper() == "TABLE":
            continue
        if parts[0].upper() == "ITERATION":
            header = [one.upper() for one in parts]
            continue
        try:
            values = [float(one) for one in parts]
        except ValueError:
            raise BadFitError("is no row of numbers", file=file, line=number) from None
        if not header:
            raise BadFitError(
                "numbers stand before the line ITERATION THETA1 ...", file=file, line=number
            )
        if len(values) != len(header):
            what = f"{len(values)} numbers under {len(header)} names"
            raise BadFitError(what, file=file, line=number)
        if int(values[0]) == FINAL:
            last = dict(zip(header, values, strict=True))
    if not last:
        raise BadFitError(
            "holds no final estimates (ITERATION -1000000000)", file=file,
            next_step="Let the run end, or give the .ext file of one that did.",
        )  # fmt: skip
    count = sum(name.startswith("THETA") for name in last)
    return Estimates(
        thetas=tuple(last[f"THETA{place + 1}"] for place in range(count)),
        omega=_matrix(last, "OMEGA"),
        sigma=_matrix(last, "SIGMA"),
    )


def _matrix(last: Mapping[str, float], name: str) -> Array:
    told = {}
    for key, value in last.items():
        match = re.fullmatch(rf"{name}\((\d+),(\d+)\)", key)
        if match:
            told[int(match[1]) - 1, int(match[2]) - 1] = value
    size = max((row for row, _ in told), default=-1) + 1
    found = np.zeros((size, size))
    for (row, column), value in told.items():
        found[row, column] = found[column, row] = value
    return found


def monolix_numbers(text: str, file: str = "") -> dict[str, MonolixEstimate]:
    """Name to value and line, of populationParameters.txt."""
    lines = text.splitlines()
    comma = "," if lines and "," in lines[0] else None
    rows = (
        list(csv.reader(lines))
        if comma
        else [re.split(r"[;\s]+", one.strip()) for one in lines]
    )
    head = [one.strip().lower() for one in rows[0]] if rows else []
    if "parameter" not in head or "value" not in head:
        raise BadFitError(
            "has no header with parameter and value", file=file, line=1,
            next_step="Give Monolix's populationParameters.txt.",
        )  # fmt: skip
    name, value = head.index("parameter"), head.index("value")
    found = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) <= max(name, value) or not row[name].strip():
            continue
        try:
            found[row[name].strip()] = MonolixEstimate(value=float(row[value]), line=number)
        except ValueError:
            what = f"{row[value]!r} of {row[name]} is no number"
            raise BadFitError(what, file=file, line=number) from None
    return found


def with_monolix(
    model: Dynamics, numbers: Mapping[str, MonolixEstimate], *, file: str = "",
    combined: int = 1,
) -> Dynamics:  # fmt: skip
    """The model with Monolix's numbers: names are matched without regard to capitals.

    combined  1: deviation a + b f (Monolix's default); 2: variance a^2 + b^2 f^2. With several
              outputs a1, b1 ... belong to the first, or a_NAME to the output of that name.
    """
    by = {one.name.upper(): one.name for one in model.parameters}
    changed: dict[str, dict[str, float]] = {}
    pairs: dict[frozenset[str], float] = {}
    errors: dict[int, dict[str, float]] = {}
    for name, estimate in numbers.items():
        value, origin = estimate.value, _Origin(file=file, line=estimate.line, name=name)
        kind, what = _meaning(name)
        if kind == "error":
            place = _output_of(model, what, origin)
            errors.setdefault(place, {})[name[0].lower()] = value
        elif kind == "corr":
            pairs[_pair(by, what, origin)] = value
        else:
            if what.upper() not in by:
                raise BadFitError(
                    f"{name} belongs to no parameter of model {model.name}",
                    file=file,
                    line=estimate.line,
                    next_step=f"Name one {what!r}; there are {', '.join(by.values())}.",
                )
            square = kind in ("variance", "occasion_variance")
            changed.setdefault(by[what.upper()], {})[kind] = value**2 if square else value
    parameters = tuple(_changed(one, changed.get(one.name, {})) for one in model.parameters)
    spread = {one.name: one.variance for one in parameters}
    kept = {frozenset((one.a, one.b)): one for one in model.correlations}
    for pair, value in pairs.items():
        a, b = sorted(pair)
        kept[pair] = Pair(a=a, b=b, covariance=value * float(np.sqrt(spread[a] * spread[b])))
    return replace(
        model,
        parameters=parameters,
        correlations=tuple(kept.values()),
        outputs=tuple(
            _with_errors(one, errors[place], combined) if place in errors else one
            for place, one in enumerate(model.outputs)
        ),
        citation=f"{model.citation}; numbers from {file}".strip("; "),
    )


def _meaning(name: str) -> tuple[str, str]:
    """What a name of Monolix means, and of which parameter."""
    if name.endswith("_pop"):
        return "typical", name[:-4]
    for prefix, kind in (("omega_", "variance"), ("gamma_", "occasion_variance"),
                         ("corr_", "corr"), ("corr1_", "corr")):  # fmt: skip
        if name.startswith(prefix):
            return kind, name[len(prefix) :]
    if re.fullmatch(r"[abc]\d*", name) or re.match(r"[abc]_\w", name):
        return "error", name[1:].lstrip("_")
    return "typical", name


def _changed(one: Individual, numbers: Mapping[str, float]) -> Individual:
    changed = dict(numbers)
    return replace(
        one,
        typical=changed.get("typical", one.typical),
        variance=changed.get("variance", one.variance),
        occasion_variance=changed.get("occasion_variance", one.occasion_variance),
    )


def _output_of(model: Dynamics, what: str, origin: _Origin) -> int:
    """The place of the output that an error's number belongs to."""
    for place, one in enumerate(model.outputs):
        if what in (str(place + 1), one.name, one.quantity) or (what == "" and place == 0):
            return place
    names = ", ".join(one.name for one in model.outputs)
    raise BadFitError(
        f"{origin.name} belongs to no output", file=origin.file, line=origin.line,
        next_step=f"Outputs are {names}: 1, 2 ... or their names stand behind a and b.",
    )  # fmt: skip


def _pair(by: Mapping[str, str], what: str, origin: _Origin) -> frozenset[str]:
    for cut in range(1, len(what)):
        a, b = what[:cut].upper(), what[cut + 1 :].upper()
        if what[cut] == "_" and a in by and b in by:
            return frozenset((by[a], by[b]))
    raise BadFitError(
        f"{origin.name} names no two parameters of the model",
        file=origin.file,
        line=origin.line,
    )


def _with_errors(one: Output, numbers: Mapping[str, float], combined: int) -> Output:
    a, b = numbers.get("a", 0.0), numbers.get("b", 0.0)
    if numbers.get("c", 1.0) != 1.0:
        raise BadFitError(
            f"output {one.name}: an error with power {numbers['c']:g} is not read"
        )
    if one.log:
        return replace(one, log=repr(a**2))
    if a and b and combined == 1:
        return replace(
            one, additive="", proportional="", variance=f"({a!r} + {b!r} * predicted) ^ 2"
        )
    return replace(
        one,
        variance="",
        additive=repr(a**2) if a else "",
        proportional=repr(b**2) if b else "",
    )
