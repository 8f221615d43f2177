from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.base.entries import BondFound
from nanoward.base.errors import InputError
from nanoward.base.plan import Plan
from nanoward.flows.bonds.find_links import find_links
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.testing.ports import memory_site

PLAN = Plan(name="x", title="X", sha256="0" * 64, sections={"bonds": {"strata": ["season"]}})
LENGTH = 2000


def ports() -> Any:
    return memory_site(PLAN, {}, now=datetime(2026, 3, 1, tzinfo=UTC))


def materials(people: int, *, extra: int = 0) -> Materials:
    """Strangers some 40 differences apart, in two seasons; the first two of each are alike."""
    rng = np.random.default_rng(1)
    names, texts, seasons = [], [], []
    for season in ("A", "B"):
        for k in range(people + (extra if season == "B" else 0)):
            letters = np.full(LENGTH, "A")
            letters[rng.choice(LENGTH, 20, replace=False)] = "G"
            text = texts[-1] if k == 1 else "".join(letters.tolist())
            names.append(f"{season}{k:02d}")
            texts.append(text)
            seasons.append(season)
    count = len(names)
    tables = {
        "genomes": pl.DataFrame(
            {"sample": names, "contig": ["c"] * count, "run": [""] * count, "sequence": texts,
             "line": list(range(count))}
        ),
        "samples": pl.DataFrame(
            {"sample": names, "participant": names, "taken": [date(2026, 1, 1)] * count,
             "season": seasons}
        ),
        "reference": pl.DataFrame({"contig": ["c"], "sequence": ["A" * LENGTH]}),
        "contacts": pl.DataFrame(
            {"a": ["A00", "B01", "A02"], "b": ["A01", "B00", "A03"], "kind": ["room"] * 3}
        ),
    }  # fmt: skip
    return Materials(tables=tables, sources={"genomes": str(count), "reference": "r"})


def related(here: Any, given: Materials, plan: Plan = PLAN) -> Outcome:
    return find_links(here, plan, given, type_samples(here, plan, given))


def test_those_who_met_and_are_alike_are_linked_and_those_who_only_met_are_not() -> None:
    found = related(ports(), materials(12))
    entries = [one for one in found.entries if isinstance(one, BondFound)]
    assert [(one.a, one.b, one.contact) for one in entries] == [
        ("A00", "A01", "room"),
        ("B00", "B01", "room"),
    ]
    assert found.facts["pairs compared"] == 2 * 66
    assert found.tables["bonds"].filter(pl.col("contact") != "").height == 3


def test_a_new_sample_recomputes_its_own_stratum_alone() -> None:
    here = ports()
    assert related(here, materials(8)).computed == 2
    assert related(here, materials(8)).recalled == 2
    more = related(here, materials(8, extra=1))
    assert (more.computed, more.recalled) == (1, 1)
    assert more.tables["bonds"].equals(related(ports(), materials(8, extra=1)).tables["bonds"])


def test_the_order_of_the_rows_that_came_in_changes_nothing() -> None:
    given = materials(8)
    shuffled = Materials(
        tables={
            name: table.sample(fraction=1.0, shuffle=True, seed=3)
            for name, table in given.tables.items()
        },
        sources=given.sources,
    )
    assert (
        related(ports(), given)
        .tables["bonds"]
        .equals(related(ports(), shuffled).tables["bonds"])
    )


def test_a_stratum_column_that_is_missing_is_an_input_error() -> None:
    plan = replace(PLAN, sections={"bonds": {"strata": ["lineage"]}})
    with pytest.raises(InputError, match="lineage"):
        related(ports(), materials(2), plan)


def test_a_programme_without_genomes_has_no_bonds_and_one_person_has_nobody() -> None:
    empty = Materials(tables={}, sources={})
    assert find_links(ports(), PLAN, empty, Outcome()).tables == {}
    found = related(ports(), materials(1))
    assert found.tables["bonds"].height == 0
    assert {one.subject for one in found.undecided} == {"A00", "B00"}


def of_lots(*, sequenced: bool) -> Materials:
    """Twelve of one lot, three of whom still carry what the lot held at 30 %."""
    people = [f"P{k:02d}" for k in range(12)]
    names = [*people, "LOT"] if sequenced else people
    count = len(names)
    carriers = [*people[:3], "LOT"] if sequenced else people[:3]
    rows = [
        (name, site, 0.3 if name == "LOT" else 0.9)
        for name in carriers
        for site in (5, 6, 7, 8)
    ]
    tables = {
        "genomes": pl.DataFrame(
            {"sample": names, "contig": ["c"] * count, "run": [""] * count,
             "sequence": ["A" * 300] * count, "line": list(range(count))}
        ),
        "variants": pl.DataFrame(
            {"sample": [r[0] for r in rows], "contig": ["c"] * len(rows),
             "position": [r[1] for r in rows], "ref": ["A"] * len(rows),
             "alt": ["G"] * len(rows), "frequency": [r[2] for r in rows]}
        ),
        "samples": pl.DataFrame(
            {"sample": names, "participant": ["L1" if n == "LOT" else n for n in names],
             "taken": [date(2026, 1, 1)] * count, "lot": ["L1"] * count,
             "site": [f"S{k % 4}" for k in range(count)]}
        ),
        "reference": pl.DataFrame({"contig": ["c"], "sequence": ["A" * 300]}),
    }  # fmt: skip
    return Materials(tables=tables, sources={"genomes": str(count), "variants": str(count)})


def test_what_the_lot_held_is_not_shared_between_its_recipients() -> None:
    plan = replace(
        PLAN, sections={"bonds": {"lot_is_common_source": True, "linked_differences": 15.0}}
    )
    plain = related(ports(), of_lots(sequenced=False), plan)
    told = related(ports(), of_lots(sequenced=True), plan)
    pair = (pl.col("a") == "P00") & (pl.col("b") == "P01")
    before, after = (
        one.tables["bonds"].filter(pair).row(0, named=True) for one in (plain, told)
    )
    assert before["shared"] == after["shared"] == 4
    assert before["score"] > 1
    assert after["score"] == 0
    assert "L1" not in {*told.tables["bonds"]["a"], *told.tables["bonds"]["b"]}
    asked = [one for one in plain.undecided if one.subject == "L1"]
    assert ["which factors did this lot hold" in one.question for one in asked] == [True]
    assert not [one for one in told.undecided if one.subject == "L1"]


def test_links_are_followed_over_rounds_only_where_the_day_is_told() -> None:
    here, given = ports(), materials(12)
    typed = type_samples(here, PLAN, given)
    found = find_links(here, PLAN, given, typed, day=date(2026, 2, 1))
    assert found.tables["bond_batches"]["pairs"].to_list() == [132]
    assert set(found.tables["bonds"]["first_tested"]) == {date(2026, 2, 1)}
    assert "bond_batches" not in find_links(here, PLAN, given, typed).tables
    assert found.tables["bond_groups"]["people"].to_list() == [["A00", "A01"], ["B00", "B01"]]
