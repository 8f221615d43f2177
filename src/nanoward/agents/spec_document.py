"""Specs as plain documents (what TOML and JSON hold) and back, with a finding per fault."""

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from datetime import date
from typing import Any, get_type_hints

from nanoward.agents.faults import fault
from nanoward.agents.spec import (
    AgentSpec,
    Contig,
    Effect,
    KillSwitch,
    Locus,
    Setting,
    Transmission,
)
from nanoward.base.findings import Finding

PARTS: dict[str, type[Any]] = {
    "contigs": Contig,
    "loci": Locus,
    "settings": Setting,
    "kills": KillSwitch,
    "effects": Effect,
    "transmission": Transmission,
}
LATER = ("transmission",)  # not written where empty: specs signed before keep their bytes
UNLESS_TRUE = ("circular",)  # the same of a contig's value
Document = Mapping[str, Any]


def spec_of(document: Document, file: str = "") -> tuple[AgentSpec | None, tuple[Finding, ...]]:
    """The spec that a document states; None where it cannot be told what it states."""
    faults: list[Finding] = []
    values = _values(AgentSpec, document, "spec", faults, file)
    for part, kind in PARTS.items():
        rows = document.get(part, [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            faults.append(fault("AGT-107", f"[[{part}]] is no list of tables", part, file))
            continue
        made = []
        for at, row in enumerate(rows, 1):
            where = f"{part} {row.get('name', row.get('term', row.get('setting', at)))}"
            own = _values(kind, row, where, faults, file)
            if own is not None:
                made.append(kind(**own))
        if values is not None:
            values[part] = tuple(made)
    return (None if faults or values is None else AgentSpec(**values)), tuple(faults)


def _values(
    kind: type[Any], document: Document, where: str, faults: list[Finding], file: str
) -> dict[str, Any] | None:
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}
    before = len(faults)
    faults += [
        fault("AGT-106", f"{where} does not know {key!r}", key, file)
        for key in sorted(set(document) - set(known))
    ]
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in PARTS and kind is AgentSpec:
            continue
        if name not in document:
            if one.default is MISSING:
                faults.append(fault("AGT-105", f"{where} lacks {name!r}", name, file))
            continue
        value = _fitting(document[name], hints[name])
        if value is _UNFIT:
            told = f"{where} has {name} = {document[name]!r}"
            faults.append(fault("AGT-107", told, name, file))
        else:
            values[name] = value
    return values if len(faults) == before else None


_UNFIT = object()


def _fitting(value: Any, hint: Any) -> Any:
    """The value in the kind that the hint asks for; _UNFIT where it is none."""
    if hint in (float, float | None):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _UNFIT
        return float(value) if math.isfinite(value) else _UNFIT
    if hint is date:
        return _day(value)
    return value if type(value) is hint else _UNFIT


def _day(value: Any) -> Any:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return _UNFIT


def document_of(spec: AgentSpec) -> dict[str, Any]:
    """The document that states a spec: `spec_of` gives the spec back."""
    document = {name: value for name, value in asdict(spec).items() if name not in PARTS}
    document["expires"] = spec.expires.isoformat()
    for part in PARTS:
        document[part] = [
            {
                name: value
                for name, value in asdict(one).items()
                if value is not None and (value or name not in UNLESS_TRUE)
            }
            for one in getattr(spec, part)
        ]
        if part in LATER and not document[part]:
            del document[part]
    return document


def toml_of(spec: AgentSpec) -> str:
    """The spec as TOML."""
    return document_toml(document_of(spec))


def document_toml(document: Document) -> str:
    """A document as TOML, whole or a draft; keys that a draft lacks stand as comments."""
    needed = [one.name for one in fields(AgentSpec) if one.default is MISSING]
    lines = [f"# {name} = ?" for name in needed if name not in document]
    lines += [
        f"{name} = {_toml(value)}" for name, value in document.items() if name not in PARTS
    ]
    for part in PARTS:
        for row in document.get(part, ()):
            lines += ["", f"[[{part}]]", *(f"{name} = {_toml(v)}" for name, v in row.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """JSON writes text, whole numbers, floats and truth as TOML does, except U+007F."""
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def spec_changes(old: AgentSpec, new: AgentSpec) -> tuple[tuple[str, str, str], ...]:
    """What differs: (where, before, after), by part and name; "" where it is not there."""
    before, after = _flat(old), _flat(new)
    return tuple(
        (key, before.get(key, ""), after.get(key, ""))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    )


def _flat(spec: AgentSpec) -> dict[str, str]:
    document = document_of(spec)
    told = {name: str(value) for name, value in document.items() if name not in PARTS}
    for part in PARTS:
        for row in document.get(part, ()):
            name = row.get("name", row.get("term", row.get("setting")))
            told |= {f"{part}/{name}/{key}": str(value) for key, value in row.items()}
    return told
