"""Where numbers stand in the arrays that compiled functions share.

Three arrays instead of many, because a compiled call that passes dozens of arrays costs more
than a step of integration:
    m  uint64: sizes, places in `w` and lists, fixed for one model and one kind of use
    w  float64: registers of the tapes first, then vectors and matrices
    q  uint64: marks and counters that change on the way, then a queue
Here stand the slots of `m` and `q` by name. A vector of n states with derivatives takes
n x STRIDE numbers: for each state its value, WIDTH - 1 derivatives and perhaps a 0. STRIDE is
1 or even, so that two numbers are worked on at once; vectors are filled up to a multiple of
four.
"""

import numpy as np

NOTHING = np.uint64(2**62)  # in `m`: no such register
EDGE = 4

# sizes: states, numbers per register, of them used, numbers of a whole vector
N, STRIDE, WIDTH, VECTOR = range(4)
# rows of the tape for slopes and for their derivatives by the states (the Jacobian)
SLOPES_FROM, SLOPES_TO, CURVES_FROM, CURVES_TO = range(4, 8)
# lists in `m` of registers: n slopes, n x (n + 1) of the Jacobian; the register of time
SLOPE, JACOBIAN, TIME = range(8, 11)
# vectors in `w`: states, inflow, constant part; n largest values; 16 for steps; 2 of errors
X, FLOW, CONSTANT, PEAK, K, ERROR = range(11, 17)
# matrices in `w` for implicit steps: n x (n + 1) x STRIDE, n x n; steps kept to repeat them
CURVE, SQUARE, MESH, MESH_END = range(17, 21)
# the modes of a linear system, in `w`; a list in `m` of blocks of three states
RIGHT, LEFT, ROOTS, MODAL, MATRIX, PROJECT, BLOCKS, BLOCK_COUNT, SPAN, PUSH = range(21, 31)
# states that explicit steps follow, numbers of their vector, row behind their slopes; the
# states behind them move alone (maths/alone.py)
CORE, CORE_VECTOR, CORE_TO = range(31, 34)
WELL_BEGUN = 34  # in `w`: the first step that an interval might have begun with
FIRST_FREE_M = 35

MESH_MODE, MESH_AT, IS_MODAL, WAITING, RUNNING, IS_STIFF, PUSHED, ORDER = range(8)  # of `q`
MOST_STATES = 64
FIRST_FREE_Q = ORDER + MOST_STATES
FRESH_STEPS, KEPT_STEPS, SAME_STEPS = 0, 1, 2  # q[MESH_MODE]


def vector_size(states: int, stride: int) -> int:
    """Numbers of a vector of states: filled up to a multiple of four."""
    return -(-max(states, 1) * stride // EDGE) * EDGE


def stride_of(width: int) -> int:
    """Numbers per register for a value and width - 1 derivatives."""
    return 1 if width == 1 else width + width % 2
