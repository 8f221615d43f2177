from collections.abc import Callable
from typing import Any

import pytest

from nanoward.catalogue.output.coverage import coverage_rows
from nanoward.testing.reads import Library, random_genome, simulated_pairs


@pytest.fixture
def made(calls_of: Callable[..., Any]) -> Any:
    genome = random_genome(1000, 1)
    first, second = simulated_pairs(genome[:700], Library(depth=40), 1)
    return calls_of(genome, first, second)


def test_stretches_lie_end_to_end_and_tell_the_depth(made: Any) -> None:
    calls, agent = made
    rows = coverage_rows("s", calls, agent, bins=7)
    assert [(row["first"], row["last"]) for row in rows[:2]] == [(1, 143), (144, 286)]
    assert rows[-1]["last"] == 1000
    whole = sum(row["depth"] * (row["last"] - row["first"] + 1) for row in rows)
    assert whole == pytest.approx(calls.depth.sum())
    assert rows[2]["depth"] == pytest.approx(calls.depth[286:429].mean())
    assert rows[2]["least"] == calls.depth[286:429].min()
    assert 0 < rows[2]["detection_limit"] < 1


def test_where_nothing_was_read_nothing_could_be_seen(made: Any) -> None:
    last = coverage_rows("s", *made, bins=7)[-1]
    assert (last["depth"], last["detection_limit"]) == (0.0, None)
