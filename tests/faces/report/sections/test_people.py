from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import traced
from rounds import frame, full_round, plan, standings

from nanoward.base import tables
from nanoward.faces.report.sections.people import (
    MOST,
    QUIET,
    in_words,
    people,
    to_decide,
)
from nanoward.flows.round.round import Round


def test_those_with_something_to_decide_stand_first() -> None:
    round_ = full_round(80)
    asked = to_decide(round_)
    shown = people(round_)
    first = [one.participant for one in shown.files[: len(asked)]]
    assert set(first) == set(asked)
    assert all(one.urgent for one in shown.files[: len(asked)])
    assert not any(one.urgent for one in shown.files[len(asked) :])


def test_whoever_was_let_go_long_ago_has_nothing_to_decide() -> None:
    day = date(2026, 6, 1)
    rows = [{"participant": who, "standing": "recalled", "since": day - timedelta(days=back)}
            for who, back in (("now", 3), ("then", 300))]  # fmt: skip
    round_ = Round(plan=plan(), as_of=day, tables={"standings": frame(tables.STANDINGS, rows)})
    assert to_decide(round_) == {"now": "recalled"}


def test_an_escape_asks_for_a_decision_before_any_standing() -> None:
    round_ = full_round(80)
    assert next(iter(to_decide(round_))) == "01-701-1006"


def test_the_file_tells_in_words_what_the_picture_shows() -> None:
    who = standings(9).filter(pl.col("first_dose").is_not_null()).head(1)
    steps = traced.timeline(who)
    round_ = Round(
        plan=plan(), as_of=date(2026, 1, 1), tables={"standings": who, "timeline": steps}
    )
    (one,) = people(round_).files
    told = [what for _, what in one.told]
    assert any(what.startswith("XANOMELINE 54 mg until") for what in told)
    assert "consent signed" in told
    assert [when for when, _ in one.told] == sorted(when for when, _ in one.told)


def test_grave_things_are_kept_when_there_are_many() -> None:
    events = [
        {"participant": "P", "sequence": at, "term": f"T{at}", "severity": "mild",
         "started": date(2025, 1, 1) + timedelta(days=at)}
        for at in range(30)
    ]  # fmt: skip
    events.append({"participant": "P", "sequence": 99, "term": "FIT", "severity": "severe",
                   "started": date(2025, 6, 1)})  # fmt: skip
    round_ = Round(
        plan=plan(),
        as_of=date(2026, 1, 1),
        tables={"adverse_events": frame(tables.ADVERSE_EVENTS, events)},
    )
    (one,) = people(round_).files
    assert ("2025-06-01", "fit, severe") in one.told
    assert one.more == "17 smaller things left out."


def test_a_thousand_people_take_a_few_kilobytes_each() -> None:
    many = standings(1100)
    round_ = replace(
        full_round(1),
        tables={"standings": many, "timeline": traced.timeline(many)},
    )
    shown, asked = people(round_), to_decide(round_)
    drawn = len(asked) + QUIET
    assert drawn < MOST
    assert {one.participant for one in shown.files} >= set(asked)  # nobody of them is left out
    assert len(shown.files) == drawn
    assert shown.rest.startswith(f"{1100 - drawn} further people")
    assert "nanoward report PROGRAMME PARTICIPANT" in shown.rest
    size = sum(len(str(one.drawing or "")) for one in shown.files)
    assert size / drawn < 4000


def test_a_programme_without_days_says_so_in_one_line() -> None:
    empty = people(Round(plan=plan(), as_of=date(2026, 1, 1), tables={}))
    assert empty.absent.startswith("Not part of this round")
    assert empty.files == []


def test_in_words_leaves_out_what_comes_later() -> None:
    from nanoward.faces.report.charts.life import Life

    steps = [{"day": date(2026, 5, 1), "until": None, "kind": "left", "what": "completed"}]
    assert in_words(Life(participant="P", steps=steps), date(2026, 1, 1)) == []
