from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nanoward.base.plan import Plan
from nanoward.flows.catalogue.lost_samples import CODE, is_lost, lost_profile
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.repeat.kept_round import FAULTS
from nanoward.flows.steps.step_outcome import Materials
from nanoward.testing.fakes import InlineRunner
from nanoward.testing.ports import memory_site

PLAN = Plan(name="x", title="X", sha256="0" * 64)
LETTERS = "ACGTTGCAAC" * 6


class LosingRunner(InlineRunner):
    """The sample `s1` ends every process that reads it, until it is `well`."""

    well = False

    def map(
        self,
        work: Callable[[Any], Any],
        items: Sequence[Any],
        *,
        step: Callable[[int], None] | None = None,
        lost: Callable[[Any], Any] | None = None,
    ) -> list[Any]:
        assert lost is not None
        return [
            lost(one) if one.sample == "s1" and not self.well else work(one) for one in items
        ]


def materials() -> Materials:
    names = ["s0", "s1", "s2"]
    genomes = pl.DataFrame(
        {"sample": names, "contig": ["c"] * 3, "run": [""] * 3, "sequence": [LETTERS] * 3,
         "line": [1, 2, 3]}
    )  # fmt: skip
    samples = pl.DataFrame(
        {"sample": names, "participant": ["p0", "p1", "p2"], "taken": [date(2026, 1, 1)] * 3}
    )
    reference = pl.DataFrame({"contig": ["c"], "sequence": [LETTERS]})
    return Materials(
        tables={"genomes": genomes, "samples": samples, "reference": reference},
        sources={"genomes": "g", "samples": "s", "reference": "r"},
    )


@pytest.mark.hazard("H-377")
def test_a_sample_that_ends_its_workers_is_unread_told_and_tried_again() -> None:
    runner = LosingRunner()
    here = replace(memory_site(PLAN, {}, now=datetime(2026, 3, 1, tzinfo=UTC)), runner=runner)
    found = type_samples(here, PLAN, materials())
    rows = dict(found.tables["profiles"].select("sample", "typed_as").rows())
    assert rows == {"s0": "agent", "s1": "unreadable", "s2": "agent"}
    assert [(one.code, one.severity, one.subject) for one in found.findings] == [
        (CODE, "error", "s1")
    ]
    assert [one.subject for one in found.undecided] == ["s1"]
    aligned = found.tables["aligned"].filter(pl.col("sample") == "s1")
    assert set(aligned["sequence"].to_list()) == {"N" * 60}  # never the reference
    assert CODE in FAULTS  # a round with such a sample does not answer for the next one
    runner.well = True
    again = type_samples(here, PLAN, materials())
    assert (again.computed, again.recalled) == (1, 2)
    assert not again.findings
    assert type_samples(here, PLAN, materials()).computed == 0


def test_a_lost_profile_says_nothing_of_its_sample() -> None:
    from nanoward.catalogue import SampleInput

    told = SampleInput(sample="s", participant="p", taken=None, consensus=(), variants=())
    profile = lost_profile(told, {"": {"c": "ACGT"}})
    assert is_lost(profile)
    assert (profile.profile["readable"], profile.profile["reference_length"]) == (0, 4)
    assert profile.profile["distance"] is None
