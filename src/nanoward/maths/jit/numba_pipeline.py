"""How inner loops are compiled: once, kept on the disk beside their source.

`entry` functions are called from Python, `inner` ones from compiled functions only. numba would
optimise an inner function, and turn it into machine code, again in each function above it:
five calls deep that is most of the time. Here inner functions are only translated, and
optimised once, as parts of the entry that needs them. They work on arrays that their callers
hold, count no references to them and make none. No fast-math: answers are the same on
every machine with the same arithmetic. What is kept is used again only while all of SOURCES
are unchanged (numba alone looks at one file). Import this module only where it is used: it
loads numba.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numba as nb

from nanoward.maths.jit.sources import SOURCES, sources_sha256

__all__ = ["SOURCES", "entry", "inner", "sources_sha256", "stamped"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
# parts of numba without types
_dynfunc: Any = importlib.import_module("numba._dynfunc")
_compiler: Any = importlib.import_module("numba.core.compiler")
_passes: Any = importlib.import_module("numba.core.typed_passes")
_register: Any = importlib.import_module("numba.core.compiler_machinery").register_pass
_PLAIN: Mapping[str, Any] = {"cache": True, "error_model": "numpy"}


@_register(mutates_CFG=True, analysis_only=False)
class _Translation(_passes.NativeLowering):  # type: ignore[misc]
    """To code that callers take over: neither optimised nor turned into machine code."""

    _name = "translation_for_callers"

    def run_pass(self, state: Any) -> bool:
        library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
        for name, work in (
            ("_optimize_final_module", lambda: None),
            ("_finalize_final_module", lambda: setattr(library, "_finalized", True)),
        ):
            setattr(library, name, work)  # numba offers no public way
        state.library, state.flags.no_compile = library, True
        super().run_pass(state)
        made = state["cr"]
        name, told = made.fndesc.qualname, "taken over by its callers"
        key = _dynfunc.make_function(
            made.fndesc.lookup_module(), name.split(".")[-1], told, 0, made.env, (library,)
        )
        state.targetctx.insert_user_function(key, made.fndesc, [library])
        state["cr"] = made._replace(cfunc=key)
        return True


class _Translator(_compiler.CompilerBase):  # type: ignore[misc]
    """numba's usual passes, the last of them replaced."""

    def define_pipelines(self) -> list[Any]:
        found: Any = _compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
        found.add_pass_after(_Translation, _passes.NativeLowering)
        found.passes[:] = [one for one in found.passes if one[0] is not _passes.NativeLowering]
        found.finalize()
        return [found]


INNER: Mapping[str, Any] = {
    "pipeline_class": _Translator, "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
    "error_model": "numpy", "_nrt": False,
}  # fmt: skip


def entry(function: _Function) -> _Function:
    """Compile for calls from Python."""
    return stamped(nb.njit(**_PLAIN)(function))  # type: ignore[no-any-return]


def inner(function: _Function) -> _Function:
    """Compile for calls from compiled functions: as a part of each. It makes no array."""
    found: Any = nb.njit(**INNER)(function)
    return found  # type: ignore[no-any-return]


def stamped(compiled: _Function) -> _Function:
    """The same function, whose copy on the disk counts only for these very sources."""
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None and hasattr(file, "_source_stamp"):
        file._source_stamp = sources_sha256()  # noqa: SLF001 - numba offers no public way
    return compiled
