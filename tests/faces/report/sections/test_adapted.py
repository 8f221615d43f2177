from datetime import date
from typing import Any

import traced
from rounds import plan

from nanoward.base import tables
from nanoward.base.tables import TableShape
from nanoward.faces.report.sections import adapted
from nanoward.faces.report.sections.adapted import adapted_tables, altered_people
from nanoward.faces.report.sections.head import head
from nanoward.flows.round.round import Round

DAY = date(2026, 3, 1)


def told(shape: TableShape, *rows: dict[str, Any]) -> Round:
    return Round(plan=plan(), as_of=DAY, tables={shape.name: traced.frame(shape, list(rows))})


def guarded(who: str, day: int, state: str) -> dict[str, Any]:
    return {"sample": f"{who}-{day}", "participant": who, "taken": date(2026, 2, day),
            "locus": "kill", "role": "kill", "state": state, "highest": 0.4,
            "variants": ["a:10 A>G 0.4"], "readable": 90, "length": 100}  # fmt: skip


ALTERED = told(
    tables.GUARDED_LOCI,
    guarded("P1", 1, "intact"),
    guarded("P2", 1, "unread"),
    guarded("P3", 1, "altered"),
    guarded("P3", 9, "altered"),
)


def test_an_altered_kill_locus_stands_first_and_an_intact_one_is_only_counted() -> None:
    (table,) = adapted_tables(ALTERED)
    assert (
        table.caption == "Kill and safety loci in every sample: 2 altered, 1 unread, 1 intact"
    )
    assert [row[1].text for row in table.rows] == ["P3-1", "P3-9", "P2-1"]
    assert table.rows[0][4].mark == "alarm"
    assert table.folded == ""


def test_each_person_with_an_altered_locus_needs_somebody_once() -> None:
    (row,) = altered_people(ALTERED)
    assert row["sample"] == "P3-9"
    titles = [one.title for one in head(ALTERED).needs]
    assert titles == ["P3: the kill locus kill is altered"]


def test_a_lot_that_nobody_released_is_held() -> None:
    rows = [{"lot": lot, "status": status, "people": 3}
            for lot, status in (("L1", "released"), ("L2", "refused"))]  # fmt: skip
    (table,) = adapted_tables(told(tables.LOTS, *rows))
    assert [row[0].text for row in table.rows] == ["L2", "L1"]
    assert [row[3].mark for row in table.rows] == ["held", ""]


def test_only_swapped_samples_flagged_pairs_and_recurrent_places_are_listed() -> None:
    owners = [{"sample": "S1", "participant": "P1", "fits": "P2", "verdict": "swapped"},
              {"sample": "S2", "participant": "P1", "verdict": "own"}]  # fmt: skip
    (table,) = adapted_tables(told(tables.OWNERS, *owners))
    assert [row[0].text for row in table.rows] == ["S1"]
    pairs = [{"sample": "S1", "source": "S2", "dose": 0.02, "flagged": True},
             {"sample": "S3", "source": "S2", "flagged": False}]  # fmt: skip
    (table,) = adapted_tables(told(tables.CARRYOVER, *pairs))
    assert [row[5].text for row in table.rows] == ["2.0 %"]
    places = [{"unit": "kill", "contig": "a", "first": 1, "last": 9, "recurrent": True},
              {"unit": "site", "contig": "a", "first": 5, "recurrent": False}]  # fmt: skip
    (table,) = adapted_tables(told(tables.RECURRENCE, *places))
    assert [row[0].text for row in table.rows] == ["kill"]


def test_a_ratio_without_an_upper_limit_says_infinity() -> None:
    rows = [{"locus": "*", "missense": 3, "synonymous": 0, "low": 0.4}]
    (table,) = adapted_tables(told(tables.SELECTION, *rows))
    told_ = [cell.text for cell in table.rows[0]]
    assert told_ == ["all together", "3", "0", "–", "0.400 to ∞", "–"]


def test_nothing_gives_no_table() -> None:
    empty = Round(plan=plan(), as_of=DAY, tables={})
    assert adapted_tables(empty) == []
    assert adapted.altered_people(empty) == []
