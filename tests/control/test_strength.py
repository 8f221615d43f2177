import math

import pytest

from nanoward.control.strength import Use, any_escapee, expected_escapees, next_strength


@pytest.mark.parametrize(
    ("escape", "any_"), [(1e-8, 1.0), (1e-9, 0.632), (1e-10, 0.095), (1e-12, 0.001)]
)
def test_the_chance_of_an_escapee_among_a_thousand_million_cells(
    escape: float, any_: float
) -> None:
    assert any_escapee(1e9, escape) == pytest.approx(any_, abs=6e-4)
    assert expected_escapees(1e9, escape) == pytest.approx(1e9 * escape)


@pytest.mark.parametrize(
    ("cells", "escape"), [(-1, 0.1), (1, -0.1), (1, 1.1), (math.nan, 0.1), (1, math.nan)]
)
def test_amounts_that_cannot_be_make_no_number_of_escapees(cells: float, escape: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        expected_escapees(cells, escape)


def test_without_a_use_the_declared_strength_is_expected() -> None:
    found = next_strength(6.0, 1e-9, ())
    assert found.log_kill == pytest.approx(6.0)
    assert found.low < 6.0 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * math.hypot(0.5, 0.3))
    assert found.escape == pytest.approx(1e-9, rel=0.2)


@pytest.mark.parametrize("uses", range(1, 6))
def test_the_next_use_is_expected_to_be_weaker_than_those_before(uses: int) -> None:
    same = [Use(log_kill=6.0, cells=1e9, escaped=False)] * uses
    assert next_strength(6.0, 1e-9, same).log_kill < 6.0 - 0.03


def test_what_was_measured_moves_the_expectation() -> None:
    weak = next_strength(6.0, 1e-9, [Use(log_kill=2.0, cells=1e9, escaped=True)])
    strong = next_strength(6.0, 1e-9, [Use(log_kill=6.0, cells=1e9, escaped=False)])
    assert weak.log_kill < 4 < strong.log_kill
    assert weak.escape > strong.escape


def test_the_fit_is_the_least_squares_line_where_the_data_are_many() -> None:
    uses = [Use(log_kill=5.0 - 0.4 * n, cells=0, escaped=False) for n in range(9)]
    assert next_strength(5.0, 1e-9, uses).log_kill == pytest.approx(5.0 - 0.4 * 9, abs=0.15)


def test_strength_that_seems_to_rise_is_not_believed() -> None:
    uses = [Use(log_kill=1.0 + n, cells=0, escaped=False) for n in range(4)]
    rising = next_strength(2.5, 1e-9, uses)
    assert rising.log_kill <= 2.5  # the level of the fit, never the trend


def test_a_use_that_was_not_measured_still_counts_as_a_use() -> None:
    unmeasured = [Use(log_kill=None, cells=0, escaped=False)] * 2
    assert next_strength(6.0, 1e-9, unmeasured).log_kill == pytest.approx(6.0 - 0.6)


def test_strength_is_never_negative() -> None:
    uses = [Use(log_kill=0.0, cells=1e9, escaped=True)] * 6
    found = next_strength(0.1, 1e-2, uses)
    assert 0 <= found.low <= found.log_kill <= found.high


def test_escape_rates_follow_what_happened() -> None:
    escaped = [Use(log_kill=None, cells=1e9, escaped=True)] * 5
    cleared = [Use(log_kill=None, cells=1e9, escaped=False)] * 5
    assert next_strength(6.0, 1e-10, escaped).escape > 1e-9
    assert next_strength(6.0, 1e-8, cleared).escape < 1e-9
    assert next_strength(6.0, 0.0, ()).escape == pytest.approx(1e-16, rel=100)
