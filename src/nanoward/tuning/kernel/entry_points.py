"""The one compiled entry of this room, and what Python asks of it.

Everything is behind one entry, so that its parts are optimised and kept on the disk once.
Import this module only where it is used: it loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import N
from nanoward.maths.jit.numba_pipeline import entry
from nanoward.tuning.kernel.layout import (
    SIZE,
    STATUS,
    Histories,
    KernelArrays,
    MapResults,
    PredictionResults,
    Program,
    Workspace,
    kernel_arrays,
)
from nanoward.tuning.kernel.map_search import search_all
from nanoward.tuning.kernel.trajectories import follow, superpose, values_at

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Unsigned = NDArray[np.uint64]
FIND, VALUES, SUPERPOSE, FOLLOW = range(4)
_NONE = np.zeros(0)
_NOWHERE = np.zeros(0, np.uint64)


@entry
def run_task(
    task: int, code: Unsigned, m: Unsigned, hi: Unsigned, hf: Array, w: Array, q: Unsigned,
    asked: Unsigned, given: tuple[Array, Array, Array], out: tuple[Array, ...],
) -> int:  # fmt: skip
    """One of four tasks; what is given, and which of the five flat arrays of `out` are filled,
    depends on it."""
    if task == FIND:
        return search_all(
            code,
            m,
            hi,
            hf,
            w,
            q,
            given[0],
            given[1],
            given[2],
            MapResults(out[0], out[1], out[2], out[3], out[4]),
        )
    if task == VALUES:
        found = PredictionResults(out[0], out[1], out[2])
        return values_at(code, m, hi, hf, w, q, given[0], found)
    if task == SUPERPOSE:
        size = asked.shape[0] * np.int64(m[N])
        room = (np.zeros(size), np.zeros(size))
        return superpose(code, m, hi, hf, w, q, given[0], asked, given[1], room, out[0])
    return follow(code, m, hi, hf, w, q, given[0], asked, out[0])


def map_estimates(laid: KernelArrays, starts: Array, out: MapResults) -> None:
    """Searches for all people; starts (S, n)."""
    _check_room(laid, out)
    given: Any = (starts.ravel(), np.zeros(starts.size + 3 * starts.shape[1]), _NONE)
    run_task(FIND, *laid, _NOWHERE, given, tuple(out))


def map_estimates_from(laid: KernelArrays, own: Array, out: MapResults) -> None:
    """Searches from each one's own starts; own (N, 1 + T, n): an end that is known, then
    starts, NaN for none. People without a start have no end."""
    _check_room(laid, out)
    given: Any = (_NONE, np.zeros((own.shape[1] + 1) * own.shape[2]), _flat(own))
    run_task(FIND, *laid, _NOWHERE, given, tuple(out))


def _check_room(laid: KernelArrays, out: MapResults) -> None:
    """Compiled code writes without looking: too little room would be somebody else's memory."""
    size = int(laid.m[SIZE])
    count = len(out.z) // size
    sizes = (count * size, count * size**2, count * size**2, count * STATUS)
    if tuple(len(one) for one in out[:4]) != sizes:
        raise ValueError(f"room for the results of {count} people must be {sizes}")


def predictions_of_draws(laid: KernelArrays, z: Array, out: PredictionResults) -> None:
    """Values and predictions for draws z (D, n) of one person."""
    run_task(VALUES, *laid, _NOWHERE, (_flat(z), _NONE, _NONE), (*out, _NONE, _NONE))


def superposed(
    p: Program, two: Histories, factor: Array, z: Array, room: Workspace, seen: Array,  # noqa: ARG001
    asked: Whole, settings: Array, out: Array,
) -> int:  # fmt: skip
    """Outputs (K settings, D draws, T asked records, 2: value and variance) of a linear model.

    two    histories of one person: without the setting, and with one unit of it
    asked  (T,) records at which outputs are wanted
    returns how many draws had no finite course; theirs are NaN
    """
    given: Any = (_flat(z), _flat(settings), _NONE)
    return _outputs(SUPERPOSE, kernel_arrays(p, two, factor, room), asked, given, out)


def followed(
    p: Program, many: Histories, factor: Array, z: Array, room: Workspace, seen: Array,  # noqa: ARG001
    asked: Whole, out: Array,
) -> int:  # fmt: skip
    """As `superposed`, for any model: `many` holds one history per setting."""
    laid = kernel_arrays(p, many, factor, room)
    return _outputs(FOLLOW, laid, asked, (_flat(z), _NONE, _NONE), out)


def _outputs(task: int, laid: KernelArrays, asked: Whole, given: Any, out: Array) -> int:
    found = np.zeros(out.size)
    outs = (found, _NONE, _NONE, _NONE, _NONE)
    broken: int = run_task(task, *laid, asked.astype(np.uint64), given, outs)
    out[...] = found.reshape(out.shape)
    return broken


def _flat(values: Array) -> Array:
    return np.ascontiguousarray(values, dtype=np.float64).ravel()
