import json
import re
from datetime import date

import polars as pl
import traced
from reading import read
from rounds import plan

from nanoward.base import tables
from nanoward.faces.report import render_report
from nanoward.faces.report.charts.frontier import ALL, SOME, grouped, what_ifs
from nanoward.flows.round.round import Round

TARGET = {"tuning": {"target": {"low": 1.0, "high": 2.0}}}


def told(**found: pl.DataFrame) -> Round:
    return Round(plan=plan(sections=TARGET), as_of=date(2026, 1, 1), tables=found)


def test_the_chosen_setting_and_its_neighbours_stand_in_words_with_the_tables_numbers() -> None:
    (one,) = what_ifs(told(frontier=traced.frontier(1)))
    settings = [row[0].text for row in one.words.rows]
    assert settings == ["4 mA (now)", "5 mA (one step lower)", "6 mA (recommended)",
                        "7 mA (one step higher)"]  # fmt: skip
    assert one.words.rows[2][1].text == (
        "benefit 0.667 (0.600 to 0.750), side effect at most 7.2 % (3.6 % to 11 %)"
    )
    assert one.safe == (
        "9 of 12 settings shown keep every limit: from 0 to 8 mA, each for 22 to 30 days."
    )


def test_the_slider_goes_through_every_setting_and_begins_at_the_chosen() -> None:
    (one,) = what_ifs(told(frontier=traced.frontier(1)))
    steps = json.loads(one.steps)
    assert len(steps) == one.last + 1 == 12
    assert steps[one.start][1].startswith("6 mA: benefit 0.667")
    assert steps[9][1].endswith("not allowed, the side effect would have 16%")
    places = [x for x, _ in steps]
    assert places == sorted(places)


def test_marks_and_safe_set_stand_on_the_settings_of_the_table() -> None:
    (one,) = what_ifs(told(frontier=traced.frontier(1)))
    drawn, steps = str(one.drawing), json.loads(one.steps)
    marks = {
        kind: float(x)
        for x, kind in re.findall(r'd="M([\d.]+) 16V[\d.]+" class="setting (\w+)"', drawn)
    }
    assert marks == {"present": steps[4][0], "chosen": steps[6][0]}
    safe = re.search(r'class="safe" x="([\d.]+)"[^>]*width="([\d.]+)"', drawn)
    assert safe is not None
    edge = float(safe[1]) + float(safe[2])
    assert steps[8][0] < edge < steps[9][0]


def test_under_a_target_the_range_is_drawn_and_nothing_is_called_allowed() -> None:
    (one, _) = what_ifs(told(outlook=traced.outlook()))
    assert 'class="aim"' in str(one.drawing)
    assert [heading.title for heading in one.words.headings] == ["Setting", "What we expect"]
    assert one.words.rows[1][1].text == (
        "exposure 1.50 (1.25 to 1.80), in the target range with probability 80 %"
    )


def test_people_stand_once_in_the_order_of_their_names() -> None:
    both = told(frontier=traced.frontier(2), outlook=traced.outlook(2))
    assert [one.participant for one in what_ifs(both)] == ["P1", "P2", "Q1", "Q2"]


def test_many_settings_are_thinned_but_never_the_named_ones() -> None:
    rows = [{"participant": "P", "setting": float(at), "benefit": 1.0, "harm": 0.0,
             "allowed": True, "place": "chosen" if at == 777 else ""}
            for at in range(2000)]  # fmt: skip
    (found,) = grouped(traced.frame(tables.FRONTIER, rows)).values()
    assert len(found) <= 42
    assert 777.0 in [row["setting"] for row in found]


def test_a_setting_that_could_not_be_followed_is_left_out() -> None:
    rows = [{"participant": "P", "setting": 1.0, "benefit": None, "place": ""}]
    assert grouped(traced.frame(tables.FRONTIER, rows)) == {}


def test_a_thousand_people_are_bounded() -> None:
    assert len(what_ifs(told(outlook=traced.outlook(ALL)))) == ALL
    assert len(what_ifs(told(outlook=traced.outlook(300)))) == SOME


def test_nothing_gives_nothing() -> None:
    assert what_ifs(told()) == []


def test_hostile_names_stay_text_in_picture_and_steps() -> None:
    evil = '"><script>alert(1)</script>'
    table = traced.frontier(1).with_columns(participant=pl.lit(evil), unit=pl.lit(evil))
    page = render_report(told(frontier=table, fits=traced.frame(tables.FITS, []))).decode()
    assert page.count("<script>") == 1
    assert read(page).faults == []
    assert evil in read(page).text
