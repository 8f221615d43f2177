"""One procedure measures adaptation: with a memory of earlier weeks and without, the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.catalogue.identity.test_contamination import world

from nanoward.base.tables import FACTORS, PROFILES
from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus, GenomeAnnotation
from nanoward.catalogue.evolution.baseline import LotRecords
from nanoward.catalogue.identity.settled_pairs import SettledRun, SettledRuns
from nanoward.flows.lots.adaptation_analysis import AdaptationRules, analyse
from nanoward.flows.lots.adaptation_tables import Tables
from nanoward.maths.frames import frame_of

LOCUS = AnnotatedLocus(name="kill", role="kill", contig="c", first=1, last=30)
RULES = AdaptationRules(
    lots=LotRecords(of={"p0": ["L"]}, dosed={"p0": date(2026, 1, 1)}),
    layout=GenomeAnnotation(letters={"c": "C" * 4000}, regions=(LOCUS,)),
    clock=1e-3,
)


def programme(count: int) -> dict[str, pl.DataFrame]:
    """The first samples of a programme of four runs, by the week they came."""
    profiles, samples, factors, aligned = world(np.random.default_rng(4), 0.05, size=8)
    names = profiles["sample"].to_list()[:count]
    known = pl.col("sample").is_in(names)
    rows = [
        {"sample": one, "participant": f"p{at % 9}", "typed_as": "agent", "readable": 400,
         "taken": date(2026, 1, 2) + timedelta(weeks=at)}
        for at, one in enumerate(names)
    ]  # fmt: skip
    return {
        "profiles": frame_of(PROFILES, rows),
        "factors": frame_of(FACTORS, factors.filter(known).to_dicts()),
        "aligned": aligned.filter(known),
        "samples": samples.filter(known),
        "contacts": pl.DataFrame({"a": ["p0"], "b": ["p3"]}),
        "bonds": pl.DataFrame({"a": ["p1"], "b": ["p2"], "linked": [True]}),
    }


class Remembers:
    """Keeps pairs of runs and what was asked of people, as rounds do."""

    def __init__(self) -> None:
        self.runs: Mapping[str, SettledRun] = {}
        self.told = 0

    def tables(self, make: Callable[[], Tables]) -> tuple[Tables, bool]:
        return make(), False

    def people(
        self,
        tables: Mapping[str, pl.DataFrame],
        rules: AdaptationRules,
        make: Callable[[Sequence[str]], Tables],
    ) -> Tables:
        assert rules is RULES
        names = tables["profiles"]["participant"].unique().sort().to_list()
        parts = [make(names[:2]), make(names[2:])]
        return {name: pl.concat(one[name] for one in parts) for name in parts[0]}

    def settled(self) -> SettledRuns:
        readings = {f"s{run}-{at:02d}": "read" for run in range(4) for at in range(8)}
        return SettledRuns(readings=readings, runs=self.runs)

    def settle(self, runs: Mapping[str, SettledRun], before: SettledRuns) -> None:
        assert before.runs is self.runs
        self.runs, self.told = runs, self.told + 1


@pytest.mark.hazard("H-432")
def test_week_by_week_with_a_memory_is_all_at_once_without() -> None:
    memory = Remembers()
    for count in (12, 20, 24, 32):
        found, anew = analyse(programme(count), RULES, memory), analyse(programme(count), RULES)
        assert found.tables.keys() == anew.tables.keys()
        for name, table in anew.tables.items():
            assert table.equals(found.tables[name]), name
        assert found.facts == anew.facts
        assert found.findings == anew.findings
        assert found.undecided == anew.undecided
    assert memory.told == 4
    assert set(memory.runs) == {"s0", "s1", "s2", "s3"}


def test_tables_that_were_known_are_told_as_recalled() -> None:
    class Knows(Remembers):
        def tables(self, make: Callable[[], Tables]) -> tuple[Tables, bool]:
            return make(), True

    assert analyse(programme(12), RULES, Knows()).recalled == 1
    assert analyse(programme(12), RULES).computed == 1


def test_altered_guarded_loci_and_swaps_are_found() -> None:
    outcome = analyse(programme(24), RULES)
    altered = outcome.tables["guarded_loci"].filter(state="altered")
    assert outcome.facts["guarded loci altered"] == altered.height
    assert ("CAT-050" in {one.code for one in outcome.findings}) == (altered.height > 0)
