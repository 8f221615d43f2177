"""A package's names, each loaded from its module when somebody first asks for it.

What must never wait (a stop, a leave) imports one small module of a package; it shall not pay
for all the others.
"""

import ast
import importlib
import sys
from collections.abc import Callable
from functools import cache
from typing import Any


def lazy_names(package: str) -> Callable[[str], Any]:
    """`__getattr__` of a package whose `if TYPE_CHECKING:` block says where its names stand.

    package  its dotted name
    """

    @cache
    def modules() -> dict[str, str]:
        spec: Any = sys.modules[package].__spec__
        return named_imports(spec.loader.get_source(package))

    def named(name: str) -> Any:
        if name.startswith("__") or name not in modules():
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(modules()[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return named


def named_imports(source: str) -> dict[str, str]:
    """Name to the module that it is imported from under `if TYPE_CHECKING:`."""
    blocks = (one for one in ast.parse(source).body if isinstance(one, ast.If))
    return {
        alias.name: line.module
        for block in blocks
        if isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for line in block.body
        if isinstance(line, ast.ImportFrom) and line.module is not None
        for alias in line.names
    }
