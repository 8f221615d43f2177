from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nanoward.agents import AgentSpec, LotStructure, lot_verdict, spec_of

Made = tuple[dict[str, Any], dict[str, str]]


@pytest.fixture
def spec(make_spec: Callable[[int], Made]) -> AgentSpec:
    made, _ = spec_of(make_spec(4)[0])
    assert made is not None
    return made


def limits(spec: AgentSpec, share: float = 0.1) -> dict[str, np.ndarray]:
    return {one.name: np.full(one.length, share, np.float32) for one in spec.contigs}


def variant(spec: AgentSpec, locus: int, frequency: float) -> dict[str, Any]:
    return {
        "contig": "main", "position": spec.loci[locus].first + 4, "ref": "A", "alt": "C",
        "frequency": frequency, "depth": 60,
    }  # fmt: skip


def test_a_lot_as_its_spec_is_released_with_what_could_be_seen(spec: AgentSpec) -> None:
    told = lot_verdict(spec, [], limits(spec))
    assert told.released
    assert told.limits["g0"] == pytest.approx(0.1)
    assert told.blind == {"g0": 0, "g1": 0, "whole agent": 0}


@pytest.mark.hazard("H-53")
def test_a_rare_variant_in_a_kill_locus_refuses_the_lot(spec: AgentSpec) -> None:
    told = lot_verdict(spec, [variant(spec, 1, 0.03)], limits(spec))
    assert not told.released
    assert "kill locus g1 at 3.0%" in told.reasons[0]


def test_a_rare_variant_elsewhere_is_told_and_a_common_one_refuses(spec: AgentSpec) -> None:
    assert lot_verdict(spec, [variant(spec, 2, 0.03)], limits(spec)).released
    told = lot_verdict(spec, [variant(spec, 2, 0.9)], limits(spec))
    assert told.differences[0].part == "payload"
    assert not told.released


@pytest.mark.hazard("H-53")
def test_a_kill_locus_that_could_not_be_seen_refuses_the_lot(spec: AgentSpec) -> None:
    blind = limits(spec)
    blind["main"][spec.loci[0].first + 3] = np.nan
    assert "1 positions of kill locus g0" in lot_verdict(spec, [], blind).reasons[0]
    assert not lot_verdict(spec, [], limits(spec, 0.6)).released


@pytest.mark.hazard("H-194")
def test_a_lot_of_another_structure_or_read_too_thinly_for_one_is_refused(
    spec: AgentSpec,
) -> None:
    broken = lot_verdict(spec, [], limits(spec), LotStructure(reasons=("broken",)))
    assert (broken.released, broken.reasons) == (False, ("broken",))
    thin = lot_verdict(spec, [], limits(spec), LotStructure(limits={"g0": 0.9, "g1": 0.2}))
    assert len(thin.reasons) == 1
    assert "g0 a structural change would be missed in up to 90%" in thin.reasons[0]
    fine = lot_verdict(spec, [], limits(spec), LotStructure(limits={"g0": 0.3, "g1": 0.2}))
    assert fine.released
