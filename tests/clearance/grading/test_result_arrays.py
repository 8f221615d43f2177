import numpy as np
import polars as pl
import pytest

from nanoward.clearance.grading.result_arrays import ResultArrays, ResultGroup, ScaledGroup


def scaled(
    least: list[float | None], most: list[float | None], factor: float = 1.0
) -> ScaledGroup:
    size = len(least)
    table = pl.DataFrame(
        {
            "least": least,
            "most": most,
            "low": [1.0] * size,
            "high": [*[5.0] * (size - 1), None],
            "base": [2.0] * size,
            "base_state": ["normal"] * size,
        },
        schema_overrides={"least": pl.Float64, "most": pl.Float64, "high": pl.Float64},
    )
    group = ResultGroup(
        test="K",
        unit="mmol/L",
        base_unit="mmol/L",
        is_blood=True,
        rows=np.arange(size),
        results=ResultArrays(table),
    )
    return ScaledGroup(group=group, factor=factor, base_factor=10.0)


def test_numbers_are_in_the_unit_of_the_scale_and_what_is_missing_is_nan() -> None:
    x = scaled([1.0, 2.0], [1.0, 2.0], factor=2.0)
    assert x.least.tolist() == [2.0, 4.0]
    assert x.high[0] == 10.0
    assert np.isnan(x.high[1])
    assert x.base.tolist() == [20.0, 20.0]
    assert x.group.flag("base normal").tolist() == [True, True]
    assert x.group.flag("fasting").tolist() == [False, False]


@pytest.mark.parametrize(
    ("least", "most", "exact"),
    [
        ([1.0, 2.0], [1.0, 2.0], True),
        ([1.0, None], [1.0, None], False),  # no result
        ([1.0, float("-inf")], [1.0, 0.2], False),  # a bound
    ],
)
def test_results_are_exact_where_each_is_a_number(
    least: list[float | None], most: list[float | None], *, exact: bool
) -> None:
    x = scaled(least, most)
    assert (x.is_exact, x.has_low, x.has_high) == (exact, True, False)
