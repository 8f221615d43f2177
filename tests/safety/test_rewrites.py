"""What changes no meaning changes no standing, and no error or warning is told."""

from functools import cache

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
    before = bench().held(bench().files)[0].tables["standings"]
    files = one.files(simulated_base())
    assert files != bench().files
    found = bench().judged(files)
    after = bench().held(files)[0].tables["standings"]
    assert after.select("participant", "standing").equals(
        before.select("participant", "standing")
    )
    assert found.told == ()


def test_there_are_100_rewrites() -> None:
    assert len({one.name for one in ALL}) == len(ALL) >= 100
