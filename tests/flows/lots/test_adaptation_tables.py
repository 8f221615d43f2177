"""Rows of a person depend on the digest of what they are made of, and on nobody else."""

from datetime import date

import polars as pl
import pytest
from tests.catalogue.identity.test_contamination import SCHEMA

from nanoward.base.tables import ALIGNED, FACTORS, PROFILES
from nanoward.catalogue.evolution.acquired_mutations import GenomeAnnotation
from nanoward.catalogue.evolution.baseline import LotRecords
from nanoward.flows.lots import adaptation_tables
from nanoward.flows.lots.adaptation_tables import (
    later_readings,
    limits_of,
    person_digests,
    person_tables,
)
from nanoward.maths.frames import frame_of

LAYOUT = GenomeAnnotation(letters={"c": "C" * 40})
LOTS = LotRecords(of={"p": ["L"]}, variants={}, dosed={"p": date(2026, 1, 1)})


def found() -> dict[str, pl.DataFrame]:
    names = [f"{who}{at}" for who in "pq" for at in range(3)]
    return {
        "profiles": frame_of(
            PROFILES,
            (
                {"sample": one, "participant": one[0], "typed_as": "agent",
                 "taken": date(2026, 1, 1 + 7 * int(one[1])), "readable": 40}
                for one in names
            ),
        ),
        "factors": frame_of(
            FACTORS,
            (
                {"sample": one, "contig": "c", "position": 3 + at, "ref": "C", "alt": "A",
                 "frequency": 0.3 * at, "depth": 100}
                for one in names for at in range(1, int(one[1]) + 1)
            ),
        ),
        "aligned": frame_of(
            ALIGNED, ({"sample": one, "contig": "c", "sequence": "C" * 40} for one in names)
        ),
    }  # fmt: skip


def test_the_rows_of_some_people_are_those_they_have_among_all() -> None:
    assert set(SCHEMA) <= set(found()["factors"].columns)
    everybody = person_tables(found(), LOTS, LAYOUT, 1.0)
    for who in "pq":
        alone = person_tables(found(), LOTS, LAYOUT, 1.0, people=[who])
        for name, table in alone.items():
            assert table.equals(everybody[name].filter(participant=who))
    assert everybody["acquired"].height == 4


@pytest.mark.hazard("H-282")
def test_whatever_a_persons_rows_depend_on_changes_the_digest() -> None:
    profiles = found()["profiles"]
    readings = {one: f"read {one}" for one in profiles["sample"]}
    known = person_digests(profiles, readings, LOTS, {})
    variants = {"L": pl.DataFrame({"contig": ["c"]})}
    released = LotRecords(of=LOTS.of, variants=variants, dosed=LOTS.dosed)
    for other in (
        person_digests(profiles, {**readings, "p1": "read anew"}, LOTS, {}),
        person_digests(profiles.filter(pl.col("sample") != "p2"), readings, LOTS, {}),
        person_digests(profiles, readings, LotRecords(of={"p": ["M"]}, dosed=LOTS.dosed), {}),
        person_digests(profiles, readings, LotRecords(of=LOTS.of), {}),
        person_digests(profiles, readings, released, {}),
        person_digests(profiles, readings, LOTS, {"p0": 0.05}),
    ):
        assert other["p"] != known["p"]
        assert other["q"] == known["q"]


def test_samples_that_somebody_began_with_tell_of_no_later_change() -> None:
    tables = found()
    departures = person_tables(tables, LOTS, LAYOUT, 1.0)["departures"]
    later = later_readings(tables["profiles"], tables["aligned"], departures)
    assert [(who, int(told.sum())) for who, _, told in later] == [("p", 40)] * 2 + [
        ("q", 40)
    ] * 2


def test_limits_are_known_where_reads_were_typed() -> None:
    assert limits_of(None) == {}
    assert limits_of(pl.DataFrame({"sample": ["s"], "detection_limit": [0.1]})) == {"s": 0.1}


def test_who_met_is_told_by_the_contacts_and_else_nobody_met() -> None:
    contacts = pl.DataFrame({"a": ["p", "q"], "b": ["q", "r"], "kind": ["room", "room"]})
    assert adaptation_tables._met(contacts) == [("p", "q"), ("q", "r")]
    assert adaptation_tables._met(None) == []
