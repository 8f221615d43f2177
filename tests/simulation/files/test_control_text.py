import tomllib

import pytest

from nanoward.agents import spec_of
from nanoward.base.canonical import sha256_of
from nanoward.control.plan import control_plan
from nanoward.simulation.files.control_text import control_text
from nanoward.simulation.files.plan_text import spec_text
from nanoward.simulation.genomes.genome import simulated_genome
from nanoward.simulation.study import Study


@pytest.mark.parametrize("kind", ["microbe", "virus"])
def test_control_allows_nothing_that_the_spec_does_not(kind: str) -> None:
    study = Study(agent_kind=kind)
    text = spec_text(study, simulated_genome(study).contigs())
    spec, _ = spec_of(tomllib.loads(text))
    assert spec is not None
    section = tomllib.loads(control_text("wardling", kind, sha256_of(text.encode())))["control"]
    plan = control_plan(section)
    (declared,) = spec.settings
    allowed = plan.settings[declared.name]
    assert (allowed.unit, allowed.step) == (declared.unit, declared.step)
    assert declared.low <= allowed.range.low <= allowed.range.high <= declared.high
    assert allowed.default == declared.on_loss
    assert allowed.rise_per_h <= declared.largest_change
    assert {name: one.escape for name, one in plan.mechanisms.items()} == {
        one.name: one.escape for one in spec.kills
    }
    assert plan.doubling_h == max(one.doubling_h for one in spec.kills)
    assert len(plan.routes) == 2
    assert plan.signers == ()
