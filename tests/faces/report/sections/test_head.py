from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from rounds import empty_round, frame, full_round, plan
from traced import stopping

from nanoward.agents.register import STEPS
from nanoward.base import tables
from nanoward.faces.report.sections.head import _PRODUCTS, head
from nanoward.flows.round.round import Round

AS_OF = date(2026, 11, 23)


def of_standings(*rows: dict[str, Any]) -> Round:
    return Round(
        plan=plan(), as_of=AS_OF, tables={"standings": frame(tables.STANDINGS, list(rows))}
    )


def test_the_numbers_are_those_of_the_tables() -> None:
    round_ = full_round(120)
    told = {one.section: one for one in head(round_).numbers}
    bonds = round_.tables["bonds"]
    linked = bonds.filter("linked")
    assert told["bonds"].value == str(linked.height)
    bare = linked.filter(pl.col("contact") == "").height
    assert told["bonds"].detail == (
        f"3 new bonds, {bare} without a recorded contact; {bonds.height} pairs compared"
    )
    severe = round_.tables["grades"].filter(pl.col("grade") >= 3)["participant"].n_unique()
    assert told["safety"].value == str(severe)
    assert (told["fits"].value, told["fits"].detail) == ("30", "2 refused, of 32 people")
    assert told["findings"].value == "42"
    assert told["findings"].detail == "1 error, 1 warning, 40 notes"
    assert told["undecided"].value == "6"


def test_people_by_standing_add_up_to_everybody() -> None:
    told = head(full_round(120))
    assert told.people == sum(one.people for one in told.shares) == 120


def test_a_room_that_was_not_asked_has_no_number_of_its_own() -> None:
    assert [one.section for one in head(empty_round()).numbers] == ["findings", "undecided"]
    assert head(empty_round()).needs == []


def test_recalled_people_come_first_then_the_dead_of_this_week_then_the_held() -> None:
    needs = head(of_standings(
        {"participant": "a", "standing": "held", "reasons": ["grade 2"]},
        {"participant": "b", "standing": "died", "since": AS_OF - timedelta(days=6)},
        {"participant": "c", "standing": "died", "since": AS_OF - timedelta(days=7)},
        {"participant": "d", "standing": "recalled", "since": AS_OF, "reasons": ["x", "y"]},
        {"participant": "e", "standing": "cleared"},
    )).needs  # fmt: skip
    assert [one.title for one in needs] == ["d recalled", "b died", "a held"]
    assert needs[0].detail == "since 2026-11-23: x; y"
    assert "no reason was given" in needs[1].detail


def test_everybody_is_named_where_many_are_held() -> None:
    rows = [{"participant": f"P{place:02}", "standing": "held"} for place in range(12)]
    needs = head(of_standings(*rows)).needs
    assert len(needs) == 6
    assert needs[-1].title == "7 more held"
    assert needs[-1].detail == ", ".join(f"P{place:02}" for place in range(5, 12))


def test_people_recalled_long_ago_are_one_line_with_their_names() -> None:
    rows = [{"participant": f"P{place}", "standing": "recalled",
             "since": AS_OF - timedelta(days=10 * place)} for place in range(6)]  # fmt: skip
    titles = [one.title for one in head(of_standings(*rows)).needs]
    assert titles == ["P0 recalled", "P1 recalled", "P2 recalled",
                      "3 more recalled, the last on 2026-10-24"]  # fmt: skip


def test_nothing_is_called_in_order_that_was_not_looked_at() -> None:
    assert head(empty_round()).calm == "No row of the data had to be left out."
    told = head(of_standings({"participant": "a", "standing": "cleared"})).calm
    assert told == "Nobody is recalled or held, no row of the data had to be left out."


def test_what_stops_is_told_before_everything_else() -> None:
    stopped = {**full_round(20).tables, **stopping(stop=True)}
    needs = head(replace(full_round(20), tables=stopped)).needs
    assert needs[0].title == "Stopping rule severe says stop: Low"
    assert needs[0].detail == "9 of 30.5; limit 5"
    assert needs[1].title == "01-701-1006: the agent escaped the kill code"
    assert needs[2].title == "4 people are due for flush verification"


def test_only_a_recent_change_of_a_person_asks_for_somebody() -> None:
    late = replace(full_round(20), as_of=date(2014, 4, 10))
    assert any("P1 has changed" in one.title for one in head(late).needs)
    assert not any("has changed" in one.title for one in head(full_round(20)).needs)


def test_bonds_without_contact_failed_fits_refusals_and_errors_need_people() -> None:
    round_ = replace(full_round(20), tables={
        name: table for name, table in full_round(20).tables.items() if name != "standings"
    })  # fmt: skip
    sections = [one.section for one in head(round_).needs]
    bare = round_.tables["bonds"].filter(pl.col("linked") & (pl.col("contact") == ""))
    rest = ["bonds"] * bare.height + ["fits", "fits", "findings"]
    assert sections == ["control", "control", *rest]
    assert head(round_).needs[-3].title == "1 fit did not converge: do not use"
    assert head(round_).needs[-2].title == "No setting for 17, 23"
    assert head(round_).needs[-1].title == "FMT-003: 1 error in the data"


def test_a_lot_that_should_not_be_given_is_no_error_in_the_data() -> None:
    round_ = full_round(20)
    wrong = finding("AGT-202", "1 person received lot L2, refused on 2014-03-01: kill locus")
    told = pl.concat([round_.tables["findings"], wrong], how="diagonal")
    needs = head(replace(round_, tables={**round_.tables, "findings": told})).needs
    titles = [one.title for one in needs]
    assert titles.count("L2: refused, but given") == 1
    assert titles.index("L2: refused, but given") < titles.index("FMT-003: 1 error in the data")
    assert not any("AGT-202" in one for one in titles)


def finding(code: str, message: str) -> pl.DataFrame:
    return pl.DataFrame(
        [{"code": code, "severity": "error", "message": message, "next_step": "Stop giving it",
          "subject": "L2"}]
    )  # fmt: skip


def test_every_doubt_about_lots_and_specs_has_a_title() -> None:
    assert set(_PRODUCTS) == set(STEPS)


@pytest.mark.hazard("H-251")
def test_the_first_page_asks_nothing_of_the_dead_and_the_completed() -> None:
    standing = ("died", "completed", "cleared")
    people = [
        {"participant": who, "standing": one} for who, one in zip("abc", standing, strict=True)
    ]
    changes = [
        {"participant": who, "changed": True, "seen": AS_OF, "told": "x"} for who in "abc"
    ]
    flushes = [{"participant": who, "order": who, "outcome": "verifying"} for who in "abc"]
    refused = [{"participant": who, "value": None, "reason": "why"} for who in "abc"]
    round_ = of_standings(*people)
    round_.tables.update(  # type: ignore[attr-defined] - a plain dict in this round
        {
            "changes": frame(tables.CHANGES, changes),
            "flushes": frame(tables.FLUSHES, flushes),
            "recommendations": frame(tables.RECOMMENDATIONS, refused),
        }
    )
    needs = [one for one in head(round_).needs if one.section != "board"]
    assert [one.title for one in needs] == [
        "1 person is due for flush verification",
        "c has changed: is it still this person's will?",
        "No setting for c",
    ]
    assert needs[0].detail == "c"
