"""What the kernel works on: a model as tapes, people as flat arrays, and room to work in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

LAG, PORTION, DURATION, RATE, INITIAL = range(5)  # columns of Program.inputs
NORMAL, LIKELIHOOD = 0, 1  # Program.kinds
AUTO, EXPLICIT, STIFF = 0, 1, 2


class Program(NamedTuple):
    """A model of n states, L etas, C covariates and O outputs.

    code       (rows, 5) all tapes; spans (3 + O, 2): parameters, slopes, curves, outputs
    fixed      (registers,) numbers of the formulas
    etas (L,), covariates (C,), states (n,), slopes (n,), jacobian (n, n + 1): registers
    inputs     (n, 5) registers of lag, portion, duration, rate, initial amount; -1 none
    outputs    (O, 2) registers of value and variance, or of -2 ln likelihood
    kinds      (O,) NORMAL or LIKELIHOOD
    blocks     (b, 3) states that act on each other, -1 fills; for linear models
    facts      common etas, etas per occasion, registers of time and of the observed value,
               1 when linear, solver
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
    facts: Whole


class Histories(NamedTuple):
    """N people's records and doses, one after another.

    first      (N + 1,) first record of each person
    time (R,), reset (R,), output (R,) -1 where nothing was observed, value (R,) NaN where
               only a prediction is wanted, censored (R,) 1: below `value`
    covariates (R, C), occasion (R,), fresh (R,) 1 where parameters change, doses (R, 2)
    dose_*     (K,) own: 1 for the record's own dose, 0 for an additional one
    """

    first: Whole
    time: Array
    reset: Whole
    output: Whole
    value: Array
    censored: Whole
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


class Room(NamedTuple):
    """Arrays to work in; W = 1 + number of derivatives, M places in the queue of inputs."""

    regs: Array
    x: Array
    inflow: Array
    affine: Array
    matrix: Array
    roots: Array
    right: Array
    left: Array
    modal: Array
    square: Array
    k: Array
    peak: Array
    now: Array
    until: Array
    when: Array
    size: Array
    stop: Array
    into: Whole
    sort: Whole
    state: Whole
    last_step: Array
    gradient: Array
    half: Array
    trace: Array


def room_for(program: Program, places: int, size: int, traced: int = 0) -> Room:
    """Room for `size` derivatives and `places` inputs that wait at once; with `traced` records
    the states at each of them are kept in Room.trace."""
    n, width = max(1, len(program.states)), size + 1
    zeros = np.zeros
    return Room(
        regs=zeros((len(program.fixed), width)),
        x=zeros((n, width)),
        inflow=zeros((n, width)),
        affine=zeros((n, width)),
        matrix=zeros((n, n, width)),
        roots=zeros((n, width)),
        right=zeros((n, n, width)),
        left=zeros((n, n, width)),
        modal=zeros((n, width)),
        square=zeros((4, n, n, width)),
        k=zeros((16, n, width)),
        peak=zeros(n),
        now=zeros(width),
        until=zeros(width),
        when=zeros((places, width)),
        size=zeros((places, width)),
        stop=zeros((places, width)),
        into=zeros(places, np.int64),
        sort=zeros(places, np.int64),
        state=zeros(4, np.int64),
        last_step=zeros(1),
        gradient=zeros(max(size, 1)),
        half=zeros((max(size, 1), max(size, 1))),
        trace=zeros((traced, n)),
    )
