import polars as pl
import pytest

from nanoward.base.tables import CARRYOVER, DEPARTURES, GUARDED_LOCI, OWNERS
from nanoward.flows.lots.adaptation_questions import (
    open_questions,
    unlotted_people,
    unseen_carryover,
)
from nanoward.maths.frames import frame_of


def departures(*rows: tuple[str, str | None, str]) -> pl.DataFrame:
    return frame_of(
        DEPARTURES,
        [
            {"participant": who, "sample": f"{who}-1", "lot": lot, "start": start}
            for who, lot, start in rows
        ],
    )


def asked(**changed: pl.DataFrame) -> list[tuple[str, str]]:
    tables = {
        "guarded_loci": frame_of(GUARDED_LOCI, []),
        "carryover": frame_of(CARRYOVER, []),
        "owners": frame_of(OWNERS, []),
        "departures": departures(),
        **changed,
    }
    return [(one.subject, one.question) for one in open_questions(tables)]


@pytest.mark.hazard("H-270")
def test_somebody_whose_lot_nobody_told_is_asked_about_where_others_are_known() -> None:
    (question,) = unlotted_people(departures(("p", None, "first sample"), ("q", "L1", "lot")))
    assert (question.subject, question.question) == ("p", "which lot did they receive?")
    assert unlotted_people(departures(("p", None, "first sample"))) == []  # no lots at all
    assert unlotted_people(departures(("q", "L1", "lot"))) == []


def test_a_lot_that_was_never_released_here_is_asked_about() -> None:
    assert asked(departures=departures(("p", "L9", "first sample"), ("q", "L1", "lot"))) == [
        ("L9", "how far is the agent from what its recipients began with?")
    ]
    assert asked() == []


@pytest.mark.hazard("H-267")
def test_loci_that_were_not_read_and_samples_of_somebody_met_are_questions() -> None:
    locus = {"sample": "s", "locus": "off", "role": "kill", "state": "unread", "readable": 3,
             "length": 9}  # fmt: skip
    (told,) = asked(guarded_loci=frame_of(GUARDED_LOCI, [locus]))
    assert told == ("s", "is the kill locus off intact?")
    owner = {"sample": "s", "participant": "p", "fits": "q", "own_score": -1.0,
             "other_score": 9.0, "verdict": "met"}  # fmt: skip
    (told,) = asked(owners=frame_of(OWNERS, [owner]))
    assert told == ("s", "is it of p, or of q?")
    assert asked(owners=frame_of(OWNERS, [{**owner, "verdict": "own"}])) == []


def test_a_run_in_which_little_would_show_is_asked_about() -> None:
    kinds = {"run": pl.String, "pairs": pl.Int64, "visible": pl.Int64}
    pairs = pl.DataFrame([("r1", 10, 4), ("r2", 10, 5)], kinds, orient="row")
    assert [one.subject for one in unseen_carryover(pairs)] == ["r1"]
