"""A lot of a small agent with one kill locus: every single-base change in it is found."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.agents import AgentSpec, Contig, Locus
from nanoward.base.findings import Finding
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.agents.check_agents import CheckedAgent
from nanoward.flows.lots.release_lot import LotReport, guarded_positions, release_lot
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(1500, 5)
FIRST, LAST = 701, 740
SPEC = AgentSpec(
    name="x", title="", version="1.0.0", kind="phage", expires=date(2027, 1, 1),
    contigs=(Contig(name="c", length=1500, sha256=""),),
    loci=(Locus(name="off", role="kill", contig="c", first=FIRST, last=LAST),),
)  # fmt: skip
CHECKED = CheckedAgent(spec=SPEC, sequences={"c": GENOME}, findings=())


def report_of(
    genome: str,
    seed: int,
    depth: float = 45.0,
    checked: CheckedAgent = CHECKED,
    rules: CallingRules = CallingRules(),  # noqa: B008 - frozen
) -> LotReport:
    reads = simulated_pairs(genome, Library(depth=depth, insert=250), seed)
    files = [ReadFile(name=name, content=text) for name, text in zip("12", reads, strict=True)]
    return release_lot("L1", checked, files, rules, FileFormats())


@pytest.mark.hazard("H-53")
def test_every_single_base_change_of_a_kill_locus_refuses_the_lot() -> None:
    for at in range(FIRST - 1, LAST):
        for other in set("ACGT") - {GENOME[at]}:
            told = report_of(GENOME[:at] + other + GENOME[at + 1 :], at)
            found = [(one.position, one.alt, one.part) for one in told.verdict.differences]
            assert found == [(at + 1, other, "kill")]
            assert not told.verdict.released


def test_sound_lots_show_no_difference_and_are_released() -> None:
    told = [report_of(GENOME, seed) for seed in range(1000, 1040)]
    assert sum(len(one.verdict.differences) for one in told) == 0
    assert np.mean([one.verdict.released for one in told]) >= 0.95


def test_a_lot_that_was_hardly_sequenced_is_refused_for_what_was_not_seen() -> None:
    verdict = report_of(GENOME, 1, depth=2).verdict
    assert not verdict.released
    assert "could not be read" in " ".join(verdict.reasons)


@pytest.mark.hazard("H-53")
def test_a_lot_is_refused_where_a_contig_of_its_spec_has_no_letters() -> None:
    elsewhere = replace(CHECKED, sequences={"d": GENOME})
    reads = simulated_pairs(GENOME, Library(depth=45), 1)
    files = [ReadFile(name=name, content=text) for name, text in zip("12", reads, strict=True)]
    told = release_lot("L1", elsewhere, files, CallingRules(), FileFormats())
    assert not told.verdict.released
    assert "contig c of the spec has no letters" in told.verdict.reasons[0]


def test_guarded_positions_are_those_of_kill_and_safety_loci() -> None:
    watched = guarded_positions(SPEC, agent_index({"c": GENOME}))
    assert np.flatnonzero(watched).tolist() == list(range(FIRST - 1, LAST))


@pytest.mark.hazard("H-53")
@pytest.mark.parametrize(
    ("severity", "released"), [("note", True), ("warning", False), ("error", False)]
)
def test_a_lot_with_warnings_is_not_released(severity: Any, *, released: bool) -> None:
    odd = Finding(code="AGT-199", severity=severity, message="odd", next_step="Look")
    told = report_of(GENOME, 1000, checked=replace(CHECKED, findings=(odd,)))
    assert told.verdict.released == released
    assert ("odd" in told.verdict.reasons) != released
    assert odd in told.findings
    assert set(told.verdict.structural) == {"off", "whole agent"}
    assert told.files


@pytest.mark.hazard("H-194")
def test_parts_that_were_amplified_tell_no_structure() -> None:
    told = report_of(GENOME, 1000, rules=replace(CallingRules(), keep_duplicates=True))
    assert told.verdict.structural == {}
