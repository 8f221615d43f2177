"""What the kernel works on: a model as tapes, people as flat arrays, and room to work in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas import kernel_layout as layout
from nanoward.maths.formulas.kernel_layout import (
    FIRST_FREE_M,
    FIRST_FREE_Q,
    NOTHING,
    stride_of,
    vector_size,
)

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

LAG, PORTION, DURATION, RATE, INITIAL = range(5)  # columns of Program.inputs
NORMAL, LIKELIHOOD, LOGARITHM = 0, 1, 2  # Program.kinds
AUTO, EXPLICIT, STIFF = 0, 1, 2
MOST_KEPT_STEPS = 20_000
STATUS = 5  # numbers of MapResults.status per person
MOST_BEGUN = 256  # intervals whose first step is remembered

# slots of `m` behind those of maths/layout.py. Counts and marks (TIMES: numbers of a time or an
# amount, 1 where neither moves with the parameters):
COMMON, OWN, ETA_COUNT, COVARIATE_COUNT, SIZE, LINEAR = range(FIRST_FREE_M, FIRST_FREE_M + 6)
SOLVER, SEEN, TRACED, MOVED, TIMES = range(LINEAR + 1, LINEAR + 6)
# lists in `m`: registers of etas, covariates, inputs (n x 5), outputs (O x 2), constant parts
# of linear slopes; kinds of outputs; rows of the tapes, two per tape
ETAS, COVARIATES, INPUTS, OUTPUTS, KINDS, SPANS, CONSTANTS = range(TIMES + 1, TIMES + 8)
# in `w`: factor and z; times; the queue; results; room to search
FACTOR, Z, NOW, UNTIL, TARGET, LAST_STEP = range(CONSTANTS + 1, CONSTANTS + 7)
WHEN, AMOUNT, STOP, EVERY, START = range(LAST_STEP + 1, LAST_STEP + 6)
CYCLE, GRADIENT, HALF, WORKING, SHOWN, TRACE, SEARCH, BEGUN = range(START + 1, START + 9)
# in `q`: the queue
INTO, SORT, LEFT_OVER, GIVEN = range(BEGUN + 1, BEGUN + 5)
SLOTS = GIVEN + 1
# slots of `q` itself: intervals of integration so far, whether their first steps are those of
# the evaluation before
INTERVAL, REMEMBERS = range(FIRST_FREE_Q, FIRST_FREE_Q + 2)

# columns of a record and of a dose in `hi` and `hf`
RESET, OUTPUT, CENSORED, OCCASION, FRESH, DOSES_FROM, DOSES_TO, RECORD_INTS = range(8)
AT, VALUE, LOW, HIGH, RECORD_FLOATS = range(5)
COMPARTMENT, STEADY, IS_OWN, HOW_MANY, DOSE_INTS = range(5)
DOSE_TIME, DOSE_AMOUNT, DOSE_RATE, DOSE_INTERVAL, DOSE_FLOATS = range(5)
FIRST_AT, RECORDS_AT, DOSES_AT, DOSE_FLOATS_AT, HEAD = range(5)  # slots of `hi`


class Program(NamedTuple):
    """A model of n states, L etas, C covariates and O outputs.

    code       (rows, 5) all tapes; spans (3 + O, 2): parameters, slopes, curves, outputs
    fixed      (registers,) numbers of the formulas
    etas (L,), covariates (C,), states (n,), slopes (n,), jacobian (n, n + 1): registers
    inputs     (n, 5) registers of lag, portion, duration, rate, initial amount; -1 none
    outputs    (O, 2) registers of value and variance, or of -2 ln likelihood
    kinds      (O,) NORMAL, LIKELIHOOD, or LOGARITHM: normal, of a logarithm
    blocks     (b, 3) states that act on each other, -1 fills; for linear models
    constants  (n,) registers of slopes without any state, of states that move linearly; -1:
               none
    facts      common etas, etas per occasion, registers of time and of the observed value,
               1 when linear, solver, states followed by explicit steps, row behind their slopes
    order      (compartments,) place of each compartment among the states
    """

    code: Whole
    spans: Whole
    fixed: Array
    etas: Whole
    covariates: Whole
    states: Whole
    slopes: Whole
    jacobian: Whole
    inputs: Whole
    outputs: Whole
    kinds: Whole
    blocks: Whole
    constants: Whole
    facts: Whole
    order: Whole


class Histories(NamedTuple):
    """N people's records and doses, one after another.

    first      (N + 1,) first record of each person
    time (R,), reset (R,), output (R,) -1 where nothing was observed, value (R,) NaN where
               only a prediction is wanted, censored (R,) 1: somewhere between its bounds
    bounds     (R, 2) the limits that a censored observation lies between, -inf or inf where
               there is none
    covariates (R, C), occasion (R,), fresh (R,) 1 where parameters change, doses (R, 2)
    dose_*     (K,) own: 1 for the record's own dose, 0 for `dose_count` additional ones, the
               first of them one interval after dose_time
    """

    first: Whole
    time: Array
    reset: Whole
    output: Whole
    value: Array
    censored: Whole
    bounds: Array
    covariates: Array
    occasion: Whole
    fresh: Whole
    doses: Whole
    dose_time: Array
    dose_amount: Array
    dose_rate: Array
    dose_compartment: Whole
    dose_steady: Whole
    dose_interval: Array
    dose_own: Whole
    dose_count: Whole


class Workspace(NamedTuple):
    """How much room is wanted: inputs that may wait at once, derivatives, records whose states
    are kept."""

    places: int
    size: int
    traced: int


class KernelArrays(NamedTuple):
    """A model, people and room as the arrays that compiled functions take (maths/layout.py)."""

    code: Unsigned
    m: Unsigned
    hi: Unsigned
    hf: Array
    w: Array
    q: Unsigned


class MapResults(NamedTuple):
    """Where the searches of N people ended; all flat.

    z         (N x n) most likely etas, eta = factor z
    observed, expected  (N x n x n) half Hessians there
    status    (N x STATUS) how it ended, value, steps, whether predictions exist there, how
              much higher the next lowest end lies (infinite where none was met)
    shown     (N x records x 2) predicted values and variances
    """

    z: Array
    observed: Array
    expected: Array
    status: Array
    shown: Array


class PredictionResults(NamedTuple):
    """Of D draws of one person's etas: -2 ln posterior (D,), predicted values and variances
    (D x records)."""

    minus_two_log: Array
    value: Array
    variance: Array


def workspace_for(program: Program, places: int, size: int, traced: int = 0) -> Workspace:  # noqa: ARG001
    """Room for `size` derivatives and `places` inputs that wait at once; with `traced` records
    the states at each of them are kept."""
    return Workspace(places, size, traced)


def kernel_arrays(
    program: Program, given: Histories, factor: Array, room: Workspace
) -> KernelArrays:
    """Everything in flat arrays; factor (E, E) with eta = factor z."""
    width = room.size + 1
    stride = stride_of(width)
    records = int(np.diff(given.first).max(initial=1))
    m, w_size, q_size = _map(program, (stride, width), room, (len(factor), records))
    w = np.zeros(w_size)
    w[: len(program.fixed) * stride : stride] = program.fixed
    start = int(m[FACTOR])
    w[start : start + factor.size] = factor.ravel()
    code = program.code.astype(np.uint64)
    code[:, 1:] *= np.uint64(stride)
    hi, hf = people_arrays(given, program.order)
    return KernelArrays(code, m, hi, hf, w, np.zeros(q_size, np.uint64))


def people_arrays(given: Histories, order: Whole) -> tuple[Unsigned, Array]:
    """`hi` and `hf` of the kernel; order: see Program."""
    records, doses = len(given.time), len(given.dose_time)
    ints = np.empty((records, RECORD_INTS), np.uint64)
    ints[:, RESET], ints[:, CENSORED] = given.reset, given.censored
    ints[:, OUTPUT] = np.where(given.output < 0, np.int64(NOTHING), given.output)
    ints[:, OCCASION], ints[:, FRESH] = given.occasion, given.fresh
    ints[:, DOSES_FROM : DOSES_TO + 1] = given.doses
    floats = np.column_stack([given.time, given.value, given.bounds, given.covariates])
    each = np.empty((doses, DOSE_INTS), np.uint64)
    each[:, COMPARTMENT] = order[given.dose_compartment] if doses else 0
    each[:, STEADY] = given.dose_steady
    each[:, IS_OWN], each[:, HOW_MANY] = given.dose_own, given.dose_count
    told = np.column_stack(
        [given.dose_time, given.dose_amount, given.dose_rate, given.dose_interval]
    )
    at = HEAD + len(given.first)
    head = np.array([HEAD, at, at + ints.size, floats.size], np.uint64)
    hi = np.concatenate([head, given.first.astype(np.uint64), ints.ravel(), each.ravel()])
    return hi, np.concatenate([floats.ravel(), told.ravel()])


def _lengths(
    p: Program, shape: tuple[int, int], room: Workspace, extent: tuple[int, int]
) -> dict[int, int]:
    """Slot to how many numbers of `w` it needs."""
    stride, width = shape
    etas, records = extent
    n, size = len(p.states), max(room.size, 1)
    vector, search = vector_size(n, stride), search_workspace(etas)
    return {
        layout.X: vector, layout.FLOW: vector, layout.CONSTANT: vector, layout.PEAK: max(n, 1),
        layout.K: 12 * vector, layout.ERROR: 2 * vector, layout.CURVE: n * (n + 1) * stride,
        layout.SQUARE: n * n, layout.MESH: MOST_KEPT_STEPS if width > 1 else 1,
        layout.RIGHT: n * n * stride, layout.LEFT: n * n * stride, layout.ROOTS: vector,
        layout.MODAL: vector, layout.MATRIX: n * n * stride, layout.PUSH: vector,
        layout.PROJECT: 3 * n * n * stride, layout.SPAN: stride, FACTOR: etas * etas, Z: etas,
        NOW: stride, UNTIL: stride, TARGET: stride, LAST_STEP: 1,
        WHEN: room.places * stride, AMOUNT: room.places * stride, STOP: room.places * stride,
        EVERY: room.places, START: room.places, CYCLE: 2 * vector, GRADIENT: size,
        HALF: size * size, WORKING: size * size, SHOWN: 2 * records, TRACE: room.traced * n,
        SEARCH: search, BEGUN: MOST_BEGUN, layout.WELL_BEGUN: 1,
    }  # fmt: skip


def _lists(p: Program, stride: int) -> tuple[tuple[int, Unsigned], ...]:
    """Slot to the list that it points to."""
    return (
        (layout.SLOPE, _registers(p.slopes, stride)),
        (layout.JACOBIAN, _registers(p.jacobian, stride)),
        (layout.BLOCKS, _registers(p.blocks, 1)), (ETAS, _registers(p.etas, stride)),
        (COVARIATES, _registers(p.covariates, stride)), (INPUTS, _registers(p.inputs, stride)),
        (OUTPUTS, _registers(p.outputs, stride)), (KINDS, p.kinds.astype(np.uint64)),
        (SPANS, np.concatenate([p.spans[:1], p.spans[3:]]).astype(np.uint64).ravel()),
        (CONSTANTS, _registers(p.constants, stride)),
    )  # fmt: skip


def _map(
    p: Program, shape: tuple[int, int], room: Workspace, extent: tuple[int, int]
) -> tuple[Unsigned, int, int]:
    """`m`, and how long `w` and `q` must be."""
    stride, width = shape
    etas, _ = extent
    lengths = _lengths(p, shape, room, extent)
    found = np.zeros(SLOTS, np.uint64)
    at = len(p.fixed) * stride + layout.EDGE
    for slot, length in lengths.items():
        found[slot] = at
        at += -(-length // layout.EDGE) * layout.EDGE
    found[layout.MESH_END] = found[layout.MESH] + np.uint64(lengths[layout.MESH])
    queue = REMEMBERS + 1
    for slot in (INTO, SORT, LEFT_OVER, GIVEN):
        found[slot] = queue
        queue += room.places
    n = len(p.states)
    found[layout.N], found[layout.STRIDE], found[layout.WIDTH] = (
        n,
        stride,
        width,
    )
    found[layout.VECTOR] = vector_size(n, stride)
    found[layout.CORE], found[layout.CORE_TO] = p.facts[[6, 7]]
    found[layout.CORE_VECTOR] = vector_size(int(p.facts[6]), stride)
    for slot, place in zip(
        (
            layout.SLOPES_FROM,
            layout.SLOPES_TO,
            layout.CURVES_FROM,
            layout.CURVES_TO,
        ),
        p.spans[1:3].ravel(),
        strict=True,
    ):
        found[slot] = place
    found[COMMON], found[OWN], found[LINEAR], found[SOLVER] = p.facts[[0, 1, 4, 5]]
    found[ETA_COUNT], found[COVARIATE_COUNT] = len(p.etas), len(p.covariates)
    found[SIZE], found[TRACED] = etas, room.traced
    found[MOVED] = int((p.constants >= 0).any())
    found[TIMES] = stride if (p.inputs[:, :INITIAL] >= 0).any() else 1
    found[layout.BLOCK_COUNT] = len(p.blocks)
    found[layout.TIME], found[SEEN] = _registers(p.facts[2:4], stride)
    lists = _lists(p, stride)
    behind = len(found)
    for slot, one in lists:
        found[slot] = behind
        behind += len(one)
    return np.concatenate([found, *(one for _, one in lists)]), at, queue


def search_workspace(etas: int) -> int:
    """Numbers that a search for the most likely etas works with: 12 vectors, 6 matrices."""
    return 12 * etas + 6 * etas * etas


def _registers(places: Whole | Sequence[int], stride: int) -> Unsigned:
    """Places in `w` of registers; NOTHING for -1."""
    found = np.asarray(places, np.int64).ravel()
    return np.where(found < 0, np.int64(NOTHING), found * stride).astype(np.uint64)
