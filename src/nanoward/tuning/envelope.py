"""What every setting of a range does, for every draw of one person: compiled loops.

States of a linear model are (what went before) + setting x (what a unit of it adds), so two
courses per draw answer for all settings; other models are followed once for each.
Import this module only where it is used: it loads numba.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import entry
from nanoward.maths.machine import carry_out
from nanoward.tuning.kernel import evaluate
from nanoward.tuning.movement import FINE
from nanoward.tuning.program import Histories, Program, Room
from nanoward.tuning.search import COARSE, SHARP

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@entry
def superposed(
    p: Program, two: Histories, factor: Array, z: Array, room: Room, seen: Array,
    asked: Whole, settings: Array, out: Array,
) -> int:  # fmt: skip
    """Outputs (K settings, D draws, T asked records, 2: value and variance) of a linear model.

    two    histories of one person: without the setting, and with one unit of it
    asked  (T,) records at which outputs are wanted
    returns how many draws had no finite course; theirs are NaN
    """
    n, broken, width = p.states.shape[0], 0, room.now.shape[0]
    records = asked.shape[0]
    none = np.zeros((records, n))
    unit = np.zeros((records, n))
    for d in range(z.shape[0]):
        first, _ = evaluate(p, two, 0, factor, z[d], room, (width, SHARP), seen)
        for k in range(records):
            none[k] = room.trace[asked[k]]
        second, _ = evaluate(p, two, 1, factor, z[d], room, (width, SHARP), seen)
        if first != FINE or second != FINE:
            out[:, d] = np.nan
            broken += 1
            continue
        for k in range(records):
            unit[k] = room.trace[asked[k]] - none[k]
        for k in range(records):
            r = asked[k]
            o = two.output[r]
            if p.facts[2] >= 0:
                room.regs[p.facts[2], 0] = two.time[r]
            if p.facts[3] >= 0:
                room.regs[p.facts[3], 0] = two.value[r]
            for s in range(settings.shape[0]):
                for i in range(n):
                    room.regs[p.states[i], 0] = none[k, i] + settings[s] * unit[k, i]
                carry_out(p.code, p.spans[3 + o, 0], p.spans[3 + o, 1], room.regs, width)
                out[s, d, k, 0] = room.regs[p.outputs[o, 0], 0]
                spread = p.outputs[o, 1]
                out[s, d, k, 1] = room.regs[spread, 0] if spread >= 0 else 0.0
    return broken


@entry
def followed(
    p: Program, many: Histories, factor: Array, z: Array, room: Room, seen: Array,
    asked: Whole, out: Array,
) -> int:  # fmt: skip
    """As `superposed`, for any model: `many` holds one history per setting."""
    broken, width = 0, room.now.shape[0]
    for s in range(out.shape[0]):
        for d in range(z.shape[0]):
            found, _ = evaluate(p, many, s, factor, z[d], room, (width, COARSE), seen)
            for k in range(asked.shape[0]):
                fine = found == FINE
                out[s, d, k, 0] = seen[asked[k], 0, 0] if fine else np.nan
                out[s, d, k, 1] = seen[asked[k], 1, 0] if fine else np.nan
            broken += found != FINE
    return broken
