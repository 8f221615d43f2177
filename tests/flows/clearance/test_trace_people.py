from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl

from nanoward.base.plan import Plan
from nanoward.base.tables import LIVER, TIMELINE
from nanoward.flows.clearance.trace_people import trace_people
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

DAY = date(2026, 3, 1)
PLAN = Plan(name="t", title="T", sha256="0" * 64)


def ports() -> Ports:
    return memory_site(PLAN, {}, now=datetime(2026, 3, 1, tzinfo=UTC))


def materials(tables: Mapping[str, pl.DataFrame]) -> Materials:
    return Materials(tables=tables, sources={role: f"{role}-1" for role in tables})


def told() -> dict[str, pl.DataFrame]:
    return {
        "sdtm.DM": pl.DataFrame({"USUBJID": ["p"], "RFICDTC": ["2026-01-01"]}),
        "sdtm.EX": pl.DataFrame(
            {"USUBJID": ["p", "p"], "EXSTDTC": ["2026-01-05", "2026-04-01"]}
        ),
        "sdtm.LB": pl.DataFrame(
            {
                "USUBJID": ["p"] * 3,
                "LBTESTCD": ["ALT", "BILI", "ALP"],
                "LBSTRESN": [120.0, 5.0, 50.0],
                "LBSTNRHI": [40.0, 20.0, 100.0],
                "LBDTC": ["2026-02-25"] * 3,
            }
        ),
        "samples": pl.DataFrame(
            {
                "sample": ["S1", "S2"],
                "participant": ["p", "p"],
                "taken": [date(2026, 2, 1), date(2026, 5, 1)],
            }
        ),
    }


def traced(tables: Mapping[str, pl.DataFrame], where: Ports | None = None) -> Outcome:
    return trace_people(where or ports(), PLAN, materials(tables), DAY)


def test_the_tables_have_their_shapes() -> None:
    found = traced(told()).tables
    for shape in (TIMELINE, LIVER):
        assert found[shape.name].columns == [one.name for one in shape.columns]


def test_nothing_behind_the_day_of_the_round_is_told() -> None:
    rows = traced(told()).tables["timeline"]
    assert rows["day"].max() == date(2026, 2, 25)
    assert rows.filter(pl.col("kind") == "sample")["what"].to_list() == ["S1"]
    assert rows.filter(pl.col("kind") == "dose").height == 1


def test_the_plane_stands_where_the_results_are() -> None:
    (row,) = traced(told()).tables["liver"].to_dicts()
    assert (row["transaminase"], row["bilirubin"], row["quadrant"]) == (3.0, 0.25, "temple")


def test_a_second_round_recalls_and_a_new_sample_is_seen() -> None:
    where, tables = ports(), told()
    assert traced(tables, where).computed == 1
    again = traced(tables, where)
    assert (again.computed, again.recalled) == (0, 1)
    more = pl.DataFrame({"sample": ["S0"], "participant": ["q"], "taken": [date(2026, 1, 9)]})
    grown = traced(tables | {"samples": pl.concat([tables["samples"], more])}, where)
    assert "q" in grown.tables["timeline"]["participant"].to_list()


def test_samples_alone_make_a_timeline_without_the_plane() -> None:
    found = traced({"samples": told()["samples"]})
    assert sorted(found.tables) == ["timeline"]


def test_a_programme_without_people_has_an_empty_outcome() -> None:
    assert traced({}) == Outcome()


def test_a_domain_that_nobody_reads_makes_nothing_anew() -> None:
    where, tables = ports(), told()
    traced(tables, where)
    odd = tables | {"sdtm.ZZ": pl.DataFrame({"USUBJID": ["p"]})}
    assert traced(odd, where).recalled == 1
