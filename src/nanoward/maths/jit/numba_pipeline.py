"""How inner loops are compiled: once, kept on the disk beside their source.

`entry` functions are called from Python, `inner` ones from compiled functions only. numba would
optimise an inner function, and turn it into machine code, again in each function above it:
five calls deep that is most of the time. Here inner functions are only translated, and
optimised once, as parts of the entry that needs them. They work on arrays that their callers
hold, count no references to them and make none. No fast-math: answers are the same on
every machine with the same arithmetic. What is kept is used again only while every source that
goes into it is unchanged (numba alone looks at one file). Import this module only where it is
used: it loads numba.
"""

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import numba as nb

from nanoward.maths.jit.sources import sources_sha256

__all__ = ["entry", "inner", "stamped"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_PLAIN: Mapping[str, Any] = {"cache": True, "error_model": "numpy"}
TRIED = ("0.68",)  # versions of numba whose inner parts are as these modules need them


def is_tried() -> bool:
    """Whether numba is one whose inner parts we know; any other is used as it comes."""
    return nb.__version__.rpartition(".")[0] in TRIED


@cache
def translated() -> Mapping[str, Any]:
    """How an inner function is compiled: to code that its callers take over.

    It is neither optimised nor turned into machine code by itself (decision 0006).
    """
    dynfunc: Any = importlib.import_module("numba._dynfunc")
    compiler: Any = importlib.import_module("numba.core.compiler")
    passes: Any = importlib.import_module("numba.core.typed_passes")
    register: Any = importlib.import_module("numba.core.compiler_machinery").register_pass

    @register(mutates_CFG=True, analysis_only=False)
    class Translation(passes.NativeLowering):  # type: ignore[misc]
        """The last pass, without its second half."""

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
            key = dynfunc.make_function(
                made.fndesc.lookup_module(), name.split(".")[-1], told, 0, made.env, (library,)
            )
            state.targetctx.insert_user_function(key, made.fndesc, [library])
            state["cr"] = made._replace(cfunc=key)
            return True

    class Translator(compiler.CompilerBase):  # type: ignore[misc]
        """numba's usual passes, the last of them replaced."""

        def define_pipelines(self) -> list[Any]:
            found: Any = compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
            found.add_pass_after(Translation, passes.NativeLowering)
            found.passes[:] = [
                one for one in found.passes if one[0] is not passes.NativeLowering
            ]
            found.finalize()
            return [found]

    return {
        "pipeline_class": Translator, "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
        "error_model": "numpy", "_nrt": False,
    }  # fmt: skip


def entry(function: _Function) -> _Function:
    """Compile for calls from Python."""
    return stamped(nb.njit(**_PLAIN)(function))  # type: ignore[no-any-return]


def inner(function: _Function) -> _Function:
    """Compile for calls from compiled functions: as a part of each. It makes no array."""
    if not is_tried():
        return entry(function)
    found: Any = nb.njit(**translated())(function)
    return found  # type: ignore[no-any-return]


def stamped(compiled: _Function) -> _Function:
    """The same function, whose copy on the disk counts only for the sources that went into it.

    Where a version of numba keeps no such stamp, nothing is kept: it compiles each time.
    """
    made: Any = compiled
    file: Any = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if hasattr(file, "_source_stamp"):
        stamp = sources_sha256(made.py_func.__module__)
        file._source_stamp = stamp  # noqa: SLF001 - numba offers no public way
        return compiled
    if not hasattr(made, "py_func"):
        return compiled
    return nb.jit(**made.targetoptions)(made.py_func)  # type: ignore[no-any-return]
