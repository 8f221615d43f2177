import tomllib

import pytest

from nanoward.agents import check_spec, spec_of
from nanoward.simulation.files.plan_text import programme_text, quoted, spec_text
from nanoward.simulation.genomes.genome import LOCI, simulated_genome
from nanoward.simulation.hosts.exposure import OMEGA, TYPICAL
from nanoward.simulation.study import Study


def test_the_plan_is_toml_that_names_day_agent_and_rules() -> None:
    study = Study(agent_kind="virus", seed=3)
    plan = tomllib.loads(programme_text(study))
    assert plan["as_of"] == study.as_of
    assert plan["agent"] == "wardling"
    assert "--seed 3 --agent-kind virus" in plan["origin"]
    assert {"catalogue", "bonds", "clearance", "tuning"} <= set(plan)
    assert all(isinstance(fact, str) for fact in plan["facts"])


def test_tuning_is_told_the_true_population() -> None:
    tuning = tomllib.loads(programme_text(Study()))["tuning"]
    for name, given in tuning["model"]["parameters"].items():
        assert given["typical"] == TYPICAL[name]
        assert abs(given["variance"] - OMEGA[name] ** 2) < 1e-9
    assert tuning["target"]["low"] < tuning["target"]["value"] < tuning["target"]["high"]


def test_a_null_world_says_so() -> None:
    facts = tomllib.loads(programme_text(Study(transmission=False)))["facts"]
    assert any("never passes" in fact for fact in facts)


@pytest.mark.parametrize("kind", ["microbe", "virus"])
def test_the_spec_is_without_a_fault(kind: str) -> None:
    study = Study(agent_kind=kind)
    contigs = simulated_genome(study).contigs()
    made, faults = spec_of(tomllib.loads(spec_text(study, contigs)))
    assert faults == ()
    assert made is not None
    assert check_spec(made, contigs, study.as_of) == ()
    assert [one.name for one in made.loci] == [locus.name for locus in LOCI]


def test_quotation_marks_survive() -> None:
    assert tomllib.loads("x = " + quoted('a "b" \\c'))["x"] == 'a "b" \\c'
