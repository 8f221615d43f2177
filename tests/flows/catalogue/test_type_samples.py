from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nanoward.base.entries import SampleTyped
from nanoward.base.plan import Plan
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.steps.memoised_tables import content_hash
from nanoward.flows.steps.step_outcome import Materials
from nanoward.testing.ports import memory_site

PLAN = Plan(name="x", title="X", sha256="0" * 64)
LETTERS = "ACGTTGCAAC" * 6


def ports() -> Any:
    return memory_site(PLAN, {}, now=datetime(2026, 3, 1, tzinfo=UTC))


def materials(count: int, **changed: str) -> Materials:
    names = [f"s{k}" for k in range(count)]
    genomes = pl.DataFrame(
        {"sample": names, "contig": ["c"] * count, "run": [""] * count,
         "sequence": [changed.get(name, LETTERS) for name in names],
         "line": list(range(1, count + 1))}
    )  # fmt: skip
    samples = pl.DataFrame(
        {"sample": names, "participant": [f"p{k // 2}" for k in range(count)],
         "taken": [date(2026, 1, 1 + 9 * (k % 2)) for k in range(count)]}
    )  # fmt: skip
    reference = pl.DataFrame({"contig": ["c"], "sequence": [LETTERS]})
    sources = {"genomes": f"{count}{changed}", "samples": f"{count}", "reference": "r"}
    return Materials(
        tables={"genomes": genomes, "samples": samples, "reference": reference}, sources=sources
    )


def test_every_sample_is_typed_and_its_reading_is_kept() -> None:
    here = ports()
    found = type_samples(here, PLAN, materials(4, s1="G" + LETTERS[1:]))
    assert found.computed == 4
    assert found.tables["profiles"]["consensus_differences"].to_list() == [0, 1, 0, 0]
    assert found.tables["adaptation"]["differences"].to_list() == [1.0, 0.0]
    entries = [one for one in found.entries if isinstance(one, SampleTyped)]
    assert [one.sample for one in entries] == ["s0", "s1", "s2", "s3"]
    assert all(here.blobs.has(one.profile_sha256) for one in entries)  # type: ignore[arg-type]


def test_a_second_round_recalls_everything_and_a_new_sample_is_read_alone() -> None:
    here = ports()
    first = type_samples(here, PLAN, materials(4))
    again = type_samples(here, PLAN, materials(4))
    assert (again.computed, again.recalled) == (0, 4)
    for name, table in first.tables.items():
        assert table.equals(again.tables[name])
    more = type_samples(here, PLAN, materials(5))
    assert (more.computed, more.recalled) == (1, 4)
    assert more.entries[:4] == first.entries
    alone = type_samples(ports(), PLAN, materials(5))
    for name, table in alone.tables.items():
        assert table.equals(more.tables[name])


def test_other_rules_or_another_reference_read_everything_anew() -> None:
    here = ports()
    type_samples(here, PLAN, materials(3))
    stricter = replace(PLAN, sections={"catalogue": {"trim_ends": 3}})
    assert type_samples(here, stricter, materials(3)).computed == 3
    other = materials(3)
    reference = pl.DataFrame({"contig": ["c"], "sequence": ["T" + LETTERS[1:]]})
    changed = Materials(
        tables={**other.tables, "reference": reference},
        sources={**other.sources, "reference": "r2"},
    )
    assert type_samples(here, PLAN, changed).computed == 3


def test_findings_are_recalled_too() -> None:
    here, doubtful = ports(), materials(2, s1="N" * 60)
    tables = {**doubtful.tables, "samples": doubtful.tables["samples"].head(1)}
    doubtful = Materials(tables=tables, sources=doubtful.sources)
    first, again = (type_samples(here, PLAN, doubtful) for _ in range(2))
    assert [one.code for one in first.findings] == ["CAT-001"]
    assert first.findings == again.findings


def test_an_unreadable_sample_is_an_open_question() -> None:
    found = type_samples(ports(), PLAN, materials(2, s1="N" * 60))
    assert [(one.subject, one.room) for one in found.undecided] == [("s1", "catalogue")]
    assert found.facts["typed as unreadable"] == 1


@pytest.mark.parametrize("role", ["samples", "reference"])
def test_sequences_without_samples_or_reference_are_a_finding_not_a_crash(role: str) -> None:
    given = materials(2)
    tables = {name: table for name, table in given.tables.items() if name != role}
    found = type_samples(ports(), PLAN, Materials(tables=tables, sources=given.sources))
    assert [one.code for one in found.findings] == ["CAT-011"]
    assert type_samples(ports(), PLAN, Materials(tables={}, sources={})).tables == {}


def test_the_hash_of_a_table_does_not_depend_on_the_order_of_its_rows() -> None:
    table = materials(4).tables["genomes"]
    assert content_hash(table) == content_hash(table[::-1]) != content_hash(table.head(3))
    assert content_hash(None) == ""


def test_control_samples_set_the_background_and_are_nobodys() -> None:
    files = {
        "agents/phage/reference.fasta": b">c\nACGTACGTAC\n",
        "data/samples.csv": b"sample,participant,taken,run,control\n"
        b"S1,P1,2026-11-01,r1,no\nS2,P2,2026-11-02,r1,\nK,NTC,2026-11-01,r1,yes\n",
        "data/genomes.fasta": b">S1|c\nACGTACGTAC\n>S2|c\nACGTACGTAC\n",
        "data/variants.csv": b"sample,contig,position,ref,alt,frequency,depth\n"
        b"K,c,3,G,T,0.04,400\nS1,c,3,G,T,0.04,400\nS2,c,3,G,T,0.3,400\n",
    }
    plan = Plan(name="w", title="W", sha256="ab", agent="phage")
    ports = memory_site(plan, files, now=datetime(2026, 11, 23, 12, tzinfo=UTC))
    materials, _ = collect_materials(ports, date(2026, 11, 23))
    outcome = type_samples(ports, plan, materials)
    assert outcome.tables["factors"].select("sample", "frequency").rows() == [("S2", 0.3)]
    assert outcome.tables["profiles"]["sample"].to_list() == ["S1", "S2"]
    assert [one.code for one in outcome.findings] == ["CAT-054"]
