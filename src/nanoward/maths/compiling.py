"""How inner loops are compiled: once, kept on the disk beside their source.

`entry` functions are called from Python, `inner` ones from compiled functions only; `once` ones
have a single caller and are compiled as a part of it. Leaving out what is not needed makes
compiling several times faster. No fast-math: answers are the same on every machine with the
same arithmetic. What is kept is used again only while all of SOURCES are unchanged (numba alone
looks at one file). Import this module only where it is used: it loads numba.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import numba as nb

import nanoward

SOURCES = (
    "maths.compiling",
    "maths.dop853",
    "maths.machine",
    "maths.modes",
    "maths.rare_counts",
    "maths.read_counting",
    "maths.read_placing",
    "maths.read_tally",
    "maths.seed_index",
    "maths.steppers",
    "maths.tape",
    "tuning.dosage",
    "tuning.envelope",
    "tuning.kernel",
    "tuning.movement",
    "tuning.program",
    "tuning.search",
)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_PLAIN: Mapping[str, Any] = {"cache": True, "error_model": "numpy"}
_BARE: Mapping[str, Any] = {**_PLAIN, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_INLINED: Mapping[str, Any] = {"inline": "always", "error_model": "numpy"}


def entry(function: _Function) -> _Function:
    """Compile for calls from Python."""
    return stamped(nb.njit(**_PLAIN)(function))  # type: ignore[no-any-return]


def inner(function: _Function) -> _Function:
    """Compile for calls from compiled functions."""
    return stamped(nb.njit(**_BARE)(function))  # type: ignore[no-any-return]


def once(function: _Function) -> _Function:
    """Compile as a part of the only function that calls it."""
    found: Any = nb.njit(**_INLINED)(function)
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def sources_sha256() -> str:
    """Of all sources that go into compiled code."""
    found = hashlib.sha256()
    loader: Any = nanoward.__spec__.loader
    for name in SOURCES:
        found.update(loader.get_data(f"{nanoward.__path__[0]}/{name.replace('.', '/')}.py"))
    return found.hexdigest()


def stamped(compiled: _Function) -> _Function:
    """The same function, whose copy on the disk counts only for these very sources."""
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None and hasattr(file, "_source_stamp"):
        file._source_stamp = sources_sha256()  # noqa: SLF001 - numba offers no public way
    return compiled
