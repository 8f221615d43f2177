"""Models of formulas as TOML text, which `read_dynamics` reads back to the same model."""

import json
from dataclasses import MISSING, fields
from typing import Any

from nanoward.tuning.models.dynamics import Dynamics


def dynamics_text(model: Dynamics) -> str:
    """The model's text: keys at their default are left out."""
    head = [
        f"{name} = {_value(getattr(model, name))}"
        for name in ("name", "time_unit", "solver", "period", "citation")
        if name == "name" or getattr(model, name) != _default(model, name)
    ]
    lines = [*head]
    for group in ("parameters", "covariates"):
        for one in getattr(model, group):
            lines += ["", f"[{group}.{one.name}]", *_lines(one)]
    if model.definitions:
        lines += ["", "[definitions]"]
        lines += [f"{name} = {_value(text)}" for name, text in model.definitions]
    for group in ("compartments", "outputs"):
        for one in getattr(model, group):
            lines += ["", f"[{group}.{one.name}]", *_lines(one)]
    for pair in model.correlations:
        lines += ["", "[[correlations]]", *_lines(pair)]
    return "\n".join(lines) + "\n"


def _default(record: Any, name: str) -> Any:
    return next(one.default for one in fields(record) if one.name == name)


def _lines(record: Any) -> list[str]:
    found = []
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name == "name" or (one.default is not MISSING and value == one.default):
            continue
        found.append(f"{one.name} = {_value(value)}")
    return found


def _value(value: Any) -> str:
    """JSON text, numbers, truths and lists are TOML too, but for one character."""
    given = list(value) if isinstance(value, tuple) else value
    return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")
