"""What changes no meaning changes no standing, and no error or warning is told."""

from functools import cache

import polars as pl
import pytest
from safety_programme import Bench, simulated_base
from safety_rewrites import Rewrite, rewrites

ALL = rewrites()


@cache
def bench() -> Bench:
    return Bench(base=simulated_base(), form="csv")


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(one, id=one.name, marks=[pytest.mark.soak] if place % 3 else [])
        for place, one in enumerate(ALL)
    ],
)
@pytest.mark.hazard("H-156")
def test_a_harmless_rewrite_changes_nothing(one: Rewrite) -> None:
    files = one.files(simulated_base())
    assert files != bench().files
    cleared, _, findings = bench().held(files)
    after = cleared.tables["standings"].select("participant", "standing")
    assert after.equals(standings_before())
    told = [found for found in findings if found.severity != "note"]
    assert len(told) == len(bench().before)


@cache
def standings_before() -> pl.DataFrame:
    cleared = bench().held(bench().files)[0]
    return cleared.tables["standings"].select("participant", "standing")


def test_there_are_100_rewrites() -> None:
    assert len({one.name for one in ALL}) == len(ALL) >= 100
