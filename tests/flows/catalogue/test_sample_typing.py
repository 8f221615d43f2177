"""One procedure types samples: the round and the plain-file command give the same tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from nanoward.base.plan import Plan
from nanoward.catalogue import CatalogueRules, NoCommonContigError
from nanoward.flows.catalogue.sample_typing import ReadsAll, analyse
from nanoward.flows.catalogue.type_files import type_tables
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.steps.finding_rows import finding_rows
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import CountedProgress, InlineRunner
from nanoward.testing.ports import memory_site

PLAN = Plan(name="x", title="X", sha256="0" * 64)
LETTERS = "ACGTTGCAAC" * 6
RULES = CatalogueRules()


def ports() -> Ports:
    return memory_site(PLAN, {}, now=datetime(2026, 3, 1, tzinfo=UTC))


def tables(count: int, share: float = 0.4) -> dict[str, pl.DataFrame]:
    """Samples of people, two each; one has no consensus, one is nobody's, one has another
    letter, and one is a control that shows a minor variant of all."""
    names = [f"s{at}" for at in range(count)]
    days = [*(date(2026, 1, 1 + at % 9) for at in range(count)), *([date(2026, 2, 1)] * 2)]
    return {
        "genomes": pl.DataFrame(
            {"sample": names, "contig": "c", "run": "",
             "sequence": ["G" * (at % 3) + LETTERS[at % 3 :] for at in range(count)]}
        ),
        "variants": pl.DataFrame(
            {"sample": [*names, "bare", "stray", "blank"], "contig": "c", "position": 7,
             "ref": "C", "alt": "A", "frequency": [*([share] * (count + 2)), 0.05],
             "depth": 300}
        ),
        "samples": pl.DataFrame(
            {"sample": [*names, "bare", "blank"],
             "participant": [*(f"p{at // 2}" for at in range(count)), "q", "none"],
             "taken": days,
             "control": [*([False] * (count + 1)), True]}
        ),
        "reference": pl.DataFrame({"contig": ["c"], "sequence": [LETTERS]}),
    }  # fmt: skip


def materials(told: dict[str, pl.DataFrame], mark: object) -> Materials:
    return Materials(tables=told, sources=dict.fromkeys(told, str(mark)))


def programme(
    parts: Sequence[dict[str, pl.DataFrame]], where: Ports
) -> dict[str, pl.DataFrame]:
    """Tables of the last of several rounds."""
    found = [type_samples(where, PLAN, materials(one, at)) for at, one in enumerate(parts)]
    return {**found[-1].tables, "findings": finding_rows(found[-1].findings)}


def plain(told: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    found = type_tables(told, (), RULES, InlineRunner(), CountedProgress())
    made = {name: one for name, one in found.tables.items() if name != "samples"}
    return {**made, "findings": finding_rows(found.findings)}


@pytest.mark.hazard("H-432")
@pytest.mark.parametrize("share", [0.05, 0.4])
def test_both_doors_give_the_same_tables_and_findings(share: float) -> None:
    told = tables(5, share)
    one, other = programme([told], ports()), plain(told)
    assert one.keys() == other.keys()
    for name, table in one.items():
        assert table.equals(other[name]), name
    assert ("CAT-054" in set(other["findings"]["code"])) == (share < 0.1)  # the control's own
    assert (7 in other["factors"]["position"].to_list()) == (share > 0.1)


@pytest.mark.hazard("H-431")
def test_week_by_week_is_all_at_once() -> None:
    at_once = programme([tables(7)], ports())
    weekly = programme([tables(count) for count in (1, 2, 5, 7)], ports())
    changed = programme([tables(7, 0.2), tables(3), tables(7)], ports())
    for name, table in at_once.items():
        assert table.equals(weekly[name]), name
        assert table.equals(changed[name]), name


def test_only_samples_of_which_something_changed_are_read() -> None:
    where = ports()
    assert type_samples(where, PLAN, materials(tables(4), 1)).computed == 5
    found = type_samples(where, PLAN, materials(tables(6), 2))
    assert (found.computed, found.recalled) == (2, 5)
    told = tables(6)
    told["samples"] = told["samples"].with_columns(
        participant=pl.col("participant").replace({"q": "r"})
    )
    assert type_samples(where, PLAN, materials(told, 3)).computed == 1


@pytest.mark.hazard("H-433")
def test_a_finding_of_a_sample_goes_when_its_sample_is_read_again() -> None:
    where, bad = ports(), tables(2)
    bad["variants"] = bad["variants"].with_columns(contig=pl.lit("elsewhere"))
    codes = {one.code for one in type_samples(where, PLAN, materials(bad, 1)).findings}
    assert "CAT-002" in codes
    again = {one.code for one in type_samples(where, PLAN, materials(tables(2), 2)).findings}
    assert "CAT-002" not in again


def test_nothing_in_common_with_the_reference_is_refused() -> None:
    told = tables(2)
    other = told["reference"].with_columns(contig=pl.lit("d"))
    reads = ReadsAll(runner=InlineRunner(), progress=CountedProgress())
    with pytest.raises(NoCommonContigError):
        analyse({**told, "reference": other}, replace(RULES), reads)
