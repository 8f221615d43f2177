"""Which sections programme.toml may hold: what the packages of the house declare of them.

A package that reads a section says so in its `__init__`, as a literal:
`SECTIONS = {"bonds": ("nanoward.bonds.rules:BondRules", "nanoward.bonds.rules:bond_rules")}`,
the class whose fields are its keys and what reads it. It is taken from the source, so that to
know the names of all sections nothing is loaded (a stop reads the plan too).
"""

import ast
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import nanoward

NAME = "SECTIONS"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSection:
    """A section of programme.toml: who declares it, the class of its rules, and its reader.

    rules, reader  "module:name"
    """

    name: str
    package: str
    rules: str
    reader: str

    def rules_class(self) -> type:
        """The frozen class whose fields are the section's keys."""
        found: type = _loaded(self.rules)
        return found

    def read(self, section: Mapping[str, Any]) -> Any:
        """The section as its room reads it; the room's own InputError for what it is not."""
        reader: Callable[[Mapping[str, Any]], Any] = _loaded(self.reader)
        return reader(section)


@cache
def declared_sections() -> Mapping[str, DeclaredSection]:
    """Every section by its name, in the order of the packages; none is loaded."""
    found: dict[str, DeclaredSection] = {}
    for module in pkgutil.iter_modules(nanoward.__path__, "nanoward."):
        if module.ispkg:
            for name, (rules, reader) in _declared(module.name).items():
                if name in found:
                    raise ValueError(f"{module.name} and {found[name].package}: [{name}]")
                found[name] = DeclaredSection(
                    name=name, package=module.name, rules=rules, reader=reader
                )
    return found


def _declared(package: str) -> dict[str, tuple[str, str]]:
    spec: Any = importlib.util.find_spec(package)
    source = spec.loader.get_source(package) or ""
    if NAME not in source:
        return {}
    for line in ast.parse(source).body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == NAME:
            found: dict[str, tuple[str, str]] = ast.literal_eval(line.value)
            return found
    return {}


def _loaded(address: str) -> Any:
    module, name = address.split(":")
    return getattr(importlib.import_module(module), name)
