from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.base.plan import Plan
from nanoward.bonds import BondRules, bond_rules
from nanoward.catalogue import CatalogueRules
from nanoward.flows.bonds.analyse_bonds import Past, Remembered, analyse, bond_facts, judge
from nanoward.flows.bonds.control_fdr_online import no_tests
from nanoward.flows.bonds.find_links import find_links
from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
from nanoward.flows.catalogue.type_files import read_files
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.steps.parquet import parquet_of
from nanoward.flows.steps.step_outcome import Materials
from nanoward.testing.fakes import CountedProgress, InlineRunner
from nanoward.testing.ports import memory_site

LENGTH = 900


def files(people: int, seed: int = 1) -> dict[str, tuple[str, bytes]]:
    """Strangers of two places, every sixth as their neighbour, who met."""
    rng = np.random.default_rng(seed)
    fasta, samples, contacts = (
        [],
        ["sample,participant,taken,site,lot"],
        ["a,b,kind,first,hours"],
    )
    text = ""
    for k in range(people):
        letters = np.full(LENGTH, "A")
        letters[rng.choice(LENGTH, 20, replace=False)] = "G"
        text = text if k % 6 == 1 else "".join(letters.tolist())
        fasta.append(f">s{k:02d}|c\n{text}")
        samples.append(f"s{k:02d},p{k:02d},2026-01-{1 + k % 28:02d},S{k % 3},L1")
        if k % 6 == 1:
            contacts.append(f"p{k:02d},p{k - 1:02d},room,2026-01-01,4")
    return {
        "genomes": ("g.fasta", ("\n".join(fasta) + "\n").encode()),
        "samples": ("s.csv", ("\n".join(samples) + "\n").encode()),
        "contacts": ("c.csv", ("\n".join(contacts) + "\n").encode()),
        "reference": ("r.fasta", f">c\n{'A' * LENGTH}\n".encode()),
    }


def typed(people: int) -> tuple[Plan, Materials, Any]:
    tables, _ = read_files(files(people), FileFormats())
    plan = Plan(name="x", title="X", sha256="0" * 64, sections={"bonds": {"keep_pairs": 0}})
    here = memory_site(plan, {}, now=datetime(2026, 3, 1, tzinfo=UTC))
    given = Materials(tables=tables, sources={name: name for name in tables})
    return plan, given, here


@pytest.mark.hazard("H-429")
@pytest.mark.parametrize("keep", [0, 10_000])
def test_a_programme_and_plain_files_find_the_same(keep: int) -> None:
    plan, given, here = typed(24)
    plan = replace(plan, sections={"bonds": {"keep_pairs": keep}})
    rules = FileRules(catalogue=CatalogueRules(), bonds=BondRules(keep_pairs=keep))
    plain = find_links_in_files(
        files(24), rules, FileFormats(), InlineRunner(), CountedProgress()
    )
    held = find_links(here, plan, given, type_samples(here, plan, given))
    assert held.tables["bonds"].filter("linked").height >= 3
    assert set(held.tables) == {"bonds", "bond_groups", "bond_scores", "bond_people"}
    for name, table in held.tables.items():
        assert parquet_of(table) == parquet_of(plain.tables[name]), name
    assert held.facts.items() <= plain.facts.items()
    assert set(held.undecided) <= set(plain.undecided)
    assert set(held.findings) <= set(plain.findings)


def test_a_large_round_says_of_all_its_pairs_what_a_small_one_says() -> None:
    plan, given, here = typed(24)
    known = {**given.tables, **type_samples(here, plan, given).tables}
    few, whole = (analyse(known, bond_rules({"keep_pairs": keep})) for keep in (0, 10_000))
    assert few.tables["bonds"].height < whole.tables["bonds"].height == 24 * 23 // 2
    assert few.facts == whole.facts
    assert few.facts["pairs compared"] == 24 * 23 // 2
    assert (few.undecided, few.findings, few.entries) == (
        whole.undecided, whole.findings, whole.entries,
    )  # fmt: skip
    for name in ("bond_groups", "bond_scores", "bond_people"):
        assert few.tables[name].equals(whole.tables[name])
    people = few.tables["bond_people"]
    assert people["others"].unique().to_list() == [23]
    assert people["first_tested"].null_count() == 24  # no round, no day


@pytest.mark.hazard("H-427")
def test_pairs_that_are_not_kept_are_tested_once_over_all_rounds() -> None:
    """People come in four rounds; a table of near pairs tests what a table of all tests."""
    plan, given, here = typed(24)
    known = {**given.tables, **type_samples(here, plan, given).tables}
    found = {}
    for keep in (0, 10_000):
        past = Past()
        for week, people in enumerate((8, 14, 14, 24)):
            day = date(2026, 2, 1 + 7 * week)
            names = [f"p{k:02d}" for k in range(people)]
            some = known["samples"].filter(pl.col("participant").is_in(names))
            told = analyse(
                {**known, "samples": some},
                bond_rules({"keep_pairs": keep}),
                replace(past, day=day),
            )
            bonds, batches = told.tables["bonds"], told.tables["bond_batches"]
            columns = ("a", "b", "stratum", "first_tested", "p_online", "called_on")
            tests = replace(
                past.tests, pairs=bonds.select(columns), batches=batches,
                people=told.tables["bond_people"],
            )  # fmt: skip
            past = replace(past, tests=tests)
        found[keep] = told
    few, whole = found[0].tables, found[10_000].tables
    assert few["bond_batches"].equals(whole["bond_batches"])
    assert whole["bond_batches"]["pairs"].to_list() == [28, 91 - 28, 276 - 91]
    kept = whole["bonds"].join(few["bonds"], on=["a", "b"], how="semi", maintain_order="left")
    assert 0 < kept.height < whole["bonds"].height
    for name in ("first_tested", "called_on", "p_value", "q_value", "linked"):
        assert kept[name].to_list() == few["bonds"][name].to_list(), name
    assert kept["called_on"].count() >= 1
    assert few["bond_people"]["first_tested"].n_unique() == 3


def test_what_is_remembered_is_asked_for_by_all_that_it_depends_on() -> None:
    plan, given, here = typed(6)
    known = {**given.tables, **type_samples(here, plan, given).tables}
    asked = []

    def remember(step: str, inputs: Any, make: Any) -> Remembered:
        asked.append((step, set(inputs)))
        return Remembered(make(), recalled=True, name=step)

    found = analyse(known, BondRules(), Past(remember=remember))
    assert (found.computed, found.recalled) == (0, 1)
    assert asked == [
        ("relate_participants",
         {"people", "aligned", "factors", "contacts", "lots", "rules"}),
        ("explain_bonds",
         {"pairs", "rules", "people", "contacts", "doses", "drift", "sequenced", "window_d"}),
    ]  # fmt: skip


def test_nobody_to_compare_gives_empty_tables() -> None:
    judged = judge([], BondRules())
    assert judged.bonds.is_empty()
    assert bond_facts(judged, [])["pairs compared"] == 0


@pytest.mark.hazard("H-425")
def test_a_pair_that_was_called_for_good_stays_in_the_table_for_good() -> None:
    plan, given, here = typed(24)
    known = {**given.tables, **type_samples(here, plan, given).tables}
    rules, day = bond_rules({"keep_pairs": 0}), date(2026, 2, 8)
    kept = analyse(known, rules).tables["bonds"]
    whole = analyse(known, BondRules()).tables["bonds"]
    gone = whole.join(kept, on=["a", "b"], how="anti")[:1].with_columns(
        first_tested=pl.lit(date(2026, 2, 1)), p_online=pl.lit(1e-6),
        called_on=pl.lit(date(2026, 2, 1)),
    )  # fmt: skip
    columns = ("a", "b", "stratum", "first_tested", "p_online", "called_on")
    past = Past(day=day, tests=replace(no_tests(), pairs=gone.select(columns)))
    told = analyse(known, rules, past).tables["bonds"]
    assert (
        told.join(gone, on=["a", "b"], how="semi").select(columns).equals(gone.select(columns))
    )
