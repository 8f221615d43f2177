import tomllib

from nanoward.simulation.exposure import OMEGA, TYPICAL
from nanoward.simulation.genome import LOCI, simulated_genome
from nanoward.simulation.plan_text import programme_text, quoted, spec_text
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


def test_the_spec_places_every_locus_within_its_contig() -> None:
    spec = tomllib.loads(spec_text(Study()))
    contigs = simulated_genome(Study()).contigs()
    assert spec["contigs"] == {name: len(sequence) for name, sequence in contigs.items()}
    assert [one["name"] for one in spec["loci"]] == [locus.name for locus in LOCI]
    assert all(one["last"] <= spec["contigs"][one["contig"]] for one in spec["loci"])


def test_quotation_marks_survive() -> None:
    assert tomllib.loads("x = " + quoted('a "b" \\c'))["x"] == 'a "b" \\c'
