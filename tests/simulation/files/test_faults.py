from dataclasses import replace

import polars as pl

from nanoward.simulation.files.faults import NOBODY, STRANGER, WRONG_LOT
from nanoward.simulation.genomes.genome import LOCI
from nanoward.simulation.world import World, simulated_world


def test_a_clean_world_has_no_fault(world: World) -> None:
    assert world.truth["truth/faults.csv"].is_empty()
    assert STRANGER not in set(world.tables["data/sdtm/dm.xpt"]["USUBJID"])


def test_faults_are_added_behind_sound_rows_which_stay(faulty: World) -> None:
    sound = simulated_world(replace(faulty.study, faults=False))
    for path, table in sound.tables.items():
        assert faulty.tables[path].head(table.height).equals(table)
    added = sum(
        faulty.tables[path].height - table.height for path, table in sound.tables.items()
    )
    assert added == faulty.truth["truth/faults.csv"].height


def test_each_fault_names_the_line_that_it_stands_on(faulty: World) -> None:
    for fault in faulty.truth["truth/faults.csv"].iter_rows(named=True):
        header = 0 if fault["file"].endswith(".xpt") else 1
        row = faulty.tables[fault["file"]].row(fault["line"] - 1 - header, named=True)
        assert set(fault["column"].split("|")) <= set(row)
        subjects = set(fault["subject"].split("|"))
        assert subjects & {str(value) for value in row.values()}


def test_every_kind_of_fault_is_planted_once_and_is_one(faulty: World) -> None:
    faults = faulty.truth["truth/faults.csv"]
    assert not faults["kind"].is_duplicated().any()
    assert faults.height == 16
    samples = faulty.tables["data/samples.csv"]
    assert samples["sample"].is_duplicated().sum() == 2
    assert (samples["taken"] > faulty.study.as_of.isoformat()).sum() == 1
    assert set(samples.filter(lot=WRONG_LOT)["sample"]) == {"LOTB-01"}
    assert NOBODY in set(faulty.tables["data/contacts.csv"]["b"])
    assert (faulty.tables["data/variants.csv.gz"]["frequency"] > 1).sum() == 1
    contradictory = faulty.tables["data/sdtm/ae.xpt"].filter(
        (pl.col("AESHOSP") == "Y") & (pl.col("AESER") == "N")
    )
    assert contradictory.height == 1


def test_the_escape_is_of_a_kill_locus_that_was_read(faulty: World) -> None:
    (fault,) = (
        faulty.truth["truth/faults.csv"].filter(kind="escape from the kill switch").to_dicts()
    )
    row = faulty.tables[fault["file"]].row(fault["line"] - 2, named=True)
    kill = [one for one in LOCI if one.role == "kill" and one.contig == row["contig"]]
    assert any(one.first <= row["position"] <= one.last for one in kill)
    letters = faulty.genome.contigs()[row["contig"]]
    assert letters[row["position"] - 1] == row["ref"] != row["alt"]
