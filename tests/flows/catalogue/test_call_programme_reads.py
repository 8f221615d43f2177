from datetime import UTC, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.catalogue.call_programme_reads import call_programme_reads, tables_of
from nanoward.flows.catalogue.call_reads import TypedReads
from nanoward.flows.catalogue.read_analysis import ReadOutcome
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.steps.step_outcome import Outcome, merge
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GENOME = random_genome(5000, 1)
CHANGED = GENOME[:2000] + GENOME[2000].translate(str.maketrans("ACGT", "CGTA")) + GENOME[2001:]
PLAN = Plan(name="p", title="P", sha256="0" * 64, agent="x")


def files(*, reference: bool = True) -> dict[str, bytes]:
    first, second = simulated_pairs(CHANGED[:1500] + CHANGED[1600:], Library(depth=40), 2)
    held = {
        "data/samples.csv": b"sample,participant,taken\ns1,p1,2026-01-01\n",
        "data/reads/s1_1.fastq.gz": packed(first),
        "data/reads/s1_2.fastq.gz": packed(second),
    }
    return held | (
        {"agents/x/reference.fasta": f">c\n{GENOME}\n".encode()} if reference else {}
    )


def round_of(ports: Ports) -> tuple[Outcome, Outcome]:
    materials, _ = collect_materials(ports, NOW.date())
    materials, read = call_programme_reads(ports, PLAN, materials)
    return read, type_samples(ports, PLAN, materials)


def test_reads_become_a_profile_with_its_factors_and_are_read_once() -> None:
    ports = memory_site(PLAN, files(), now=NOW)
    read, typed = round_of(ports)
    assert (read.computed, read.recalled) == (1, 0)
    (profile,) = typed.tables["profiles"].to_dicts()
    assert profile["typed_as"] == "agent"
    gone, changed = typed.tables["factors"].to_dicts()
    assert (changed["position"], changed["alt"]) == (2001, CHANGED[2000])
    assert len(gone["ref"]) - len(gone["alt"]) == 100  # a run of letters, once
    again, _ = round_of(ports)
    assert (again.computed, again.recalled) == (0, 1)
    assert again.tables["typed_reads"].equals(read.tables["typed_reads"])


def test_reads_without_a_reference_are_a_finding() -> None:
    read, _ = round_of(memory_site(PLAN, files(reference=False), now=NOW))
    assert [one.code for one in read.findings] == ["CAT-026"]


@pytest.mark.hazard("H-54")
def test_a_sample_of_no_reads_stands_in_the_round_with_its_finding() -> None:
    held = files() | {
        "data/reads/s1_1.fastq.gz": packed(b""),
        "data/reads/s1_2.fastq.gz": packed(b""),
    }
    read, typed = round_of(memory_site(PLAN, held, now=NOW))
    assert {"FMT-080", "CAT-021"} <= {one.code for one in read.findings}
    assert typed.tables["profiles"]["typed_as"].to_list() == ["unreadable"]


def test_a_reference_of_unknown_letters_is_a_finding_of_the_sample() -> None:
    held = files() | {"agents/x/reference.fasta": b">c\nNNNNNNNN\n"}
    read, _ = round_of(memory_site(PLAN, held, now=NOW))
    assert [(one.code, one.subject) for one in read.findings] == [("CAT-020", "s1")]


def test_files_that_cannot_be_used_give_no_rows() -> None:
    tables = tables_of(ReadOutcome(typed=TypedReads(sample="s", calls=None, findings=())))
    assert {name: table.height for name, table in tables.items()} == {
        "genomes": 0, "variants": 0, "typed_reads": 0, "coverage": 0, "findings": 0,
    }  # fmt: skip


def test_two_steps_of_a_room_are_told_as_one() -> None:
    told = merge(Outcome(facts={"a": 1}, computed=1), Outcome(facts={"b": 2}, recalled=2))
    assert (told.facts, told.computed, told.recalled) == ({"a": 1, "b": 2}, 1, 2)


def test_an_assembly_becomes_a_profile_beside_samples_that_came_as_reads() -> None:
    pytest.importorskip("mappy")
    held = files()
    held["data/samples.csv"] += b"s2,p1,2026-02-01\n"
    held["data/reads/s2.fasta"] = f">NODE_1\n{CHANGED}\n".encode()
    read, typed = round_of(memory_site(PLAN, held, now=NOW))
    assert [row["sample"] for row in read.tables["typed_reads"].to_dicts()] == ["s1", "s2"]
    assert read.findings == ()
    factors = typed.tables["factors"].filter(typed.tables["factors"]["sample"] == "s2")
    assert [(row["position"], row["alt"]) for row in factors.to_dicts()] == [
        (2001, CHANGED[2000])
    ]
