"""Room to work in: everything has its own place, and enough of it."""

import numpy as np
import polars as pl
from families import FAMILIES

from nanoward.maths.formulas import kernel_layout
from nanoward.tuning import histories, read_dynamics
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.map_estimates import whitening
from nanoward.tuning.kernel.layout import FACTOR, TRACE, kernel_arrays, workspace_for
from nanoward.tuning.models.compiled_model import assembled


def test_everything_laid_out_has_its_place() -> None:
    model = read_dynamics(FAMILIES["two compartments"].text)
    program = assembled(model)
    table = pl.DataFrame({"ID": ["a"], "TIME": [0.0], "EVID": [1], "AMT": [5.0], "CMT": [1]})
    given = packed(histories(table, model)[0], 0, whole=True)
    factor = whitening(model, 1)
    laid = kernel_arrays(
        program, given, factor, workspace_for(program, places=6, size=5, traced=2)
    )
    assert laid.m[kernel_layout.STRIDE] == 6
    assert laid.w[: 6 * len(program.fixed) : 6].tolist() == program.fixed.tolist()
    start = int(laid.m[FACTOR])
    np.testing.assert_array_equal(laid.w[start : start + 25].reshape(5, 5), factor)
    places = laid.m[kernel_layout.X : kernel_layout.MESH].astype(int)
    assert (np.diff(places) > 0).all()
    assert laid.m[TRACE] + 2 * 3 <= len(laid.w)
    assert program.states.tolist() == [0, 1, 2]
