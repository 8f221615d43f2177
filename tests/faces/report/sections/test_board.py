from datetime import date

import pytest
from reading import further_rows, read
from rounds import empty_round, frame, full_round, plan

from nanoward.base import tables
from nanoward.faces.report import render_report
from nanoward.faces.report.page import PAGE_ROWS
from nanoward.faces.report.sections.board import board
from nanoward.flows.round.round import Round


def test_everybody_has_a_tile_and_a_row() -> None:
    told = board(full_round(306))
    assert sum(len(wall.tiles) for wall in told.walls) == len(told.table.rows) == 306


@pytest.mark.hazard("H-284")
def test_of_thousands_the_most_urgent_have_a_tile_and_all_stand_in_the_table() -> None:
    told = board(full_round(1200))
    tiles = [tile for wall in told.walls for tile in wall.tiles]
    assert len(tiles) <= 400
    assert (sum(wall.people for wall in told.walls), len(told.table.rows)) == (1200, 1200)
    wall = told.walls[0]
    left = sum(int(part.split()[0]) for part in wall.rest.split(", "))
    assert left == wall.people - len(wall.tiles) > 0


def test_people_without_a_dose_stand_last_in_a_wall_of_their_own() -> None:
    told = board(full_round(100))
    assert told.walls[-1].title == "No dose given"
    assert {tile.standing for tile in told.walls[-1].tiles} == {"screened"}


def test_a_tile_says_standing_day_and_reason() -> None:
    row = {
        "participant": "P1",
        "standing": "held",
        "since": date(2026, 1, 2),
        "reasons": ["why"],
    }
    round_ = Round(plan=plan(), as_of=date(2026, 1, 3),
                   tables={"standings": frame(tables.STANDINGS, [row])})  # fmt: skip
    told = board(round_)
    assert told.walls[0].tiles[0].told == "P1: held since 2026-01-02. why"
    assert told.small


def test_a_standing_that_nobody_planned_is_shown_too() -> None:
    row = {"participant": "P1", "standing": "on leave"}
    round_ = Round(plan=plan(), as_of=date(2026, 1, 3),
                   tables={"standings": frame(tables.STANDINGS, [row])})  # fmt: skip
    assert [one.standing for one in board(round_).shares] == ["on leave"]
    page = read(render_report(round_).decode("utf-8"))
    assert page.faults == []


def test_many_people_are_folded_and_filtered_by_words(full_page: str) -> None:
    page = read(full_page)
    assert "Everybody with reasons: 306 participants" in page.text
    assert len(page.attributes("data-find")) == 306 + PAGE_ROWS
    rows = [data for data in further_rows(full_page) if "group" in data]
    assert [len(data["ids"]) for data in rows] == [306 - PAGE_ROWS]
    assert (
        'class="filter" data-scope="board" hidden' in full_page
    )  # without a script there is no dead control


def test_nobody_is_an_honest_line() -> None:
    assert board(empty_round()).absent
