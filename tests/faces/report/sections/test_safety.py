from dataclasses import replace
from datetime import date

import polars as pl
from rounds import frame, full_round, plan

from nanoward.base import tables
from nanoward.faces.report.sections.safety import safety
from nanoward.flows.round.round import Round

FIRST = date(2026, 1, 10)


def of_grades(*grades: tuple[str, date, int]) -> Round:
    people = frame(
        tables.STANDINGS,
        [{"participant": "P1", "standing": "cleared", "arm": "A", "first_dose": FIRST}],
    )
    rows = [
        {"participant": "P1", "term": term, "taken": taken, "grade": grade, "sequence": place}
        for place, (term, taken, grade) in enumerate(grades)
    ]
    held = {"standings": people, "grades": frame(tables.GRADES, rows)}
    return Round(plan=plan(), as_of=date(2026, 3, 1), tables=held)


def test_the_safety_board_sees_people_and_shares_by_arm() -> None:
    board = safety(full_round(20)).board
    assert board is not None
    row = next(row for row in board.rows if row[0].text == "discontinued for event")
    assert [cell.text for cell in row[1:]] == [
        "8 (9.3 %)",
        "40 (48 %)",
        "44 (52 %)",
        "92 (36 %)",
    ]
    assert [one.title for one in board.headings][-1] == "All"


def test_a_measure_that_counts_events_has_no_share_of_people() -> None:
    rows = [{"measure": "emergent events", "arm": arm, "people": count, "of": 86}
            for arm, count in (("A", 281), ("B", 40))]  # fmt: skip
    table = frame(tables.DISPOSITION, rows)
    board = safety(Round(plan=plan(), as_of=FIRST, tables={"disposition": table})).board
    assert board is not None
    assert [cell.text for cell in board.rows[0]] == ["emergent events", "281", "40"]


def test_a_shift_goes_from_the_last_grade_up_to_the_first_dose_to_the_worst_after_it() -> None:
    shift = safety(of_grades(
        ("ALT", date(2026, 1, 2), 2), ("ALT", FIRST, 0), ("ALT", date(2026, 1, 20), 1),
        ("ALT", date(2026, 2, 20), 3), ("ALT", date(2026, 2, 25), 0),
    )).shift  # fmt: skip
    assert shift is not None
    counts = [[cell.text for cell in row[1:]] for row in shift.rows]
    assert counts[0] == ["·", "·", "·", "1", "·"]
    assert all(cell == "·" for row in counts[1:] for cell in row)


def test_a_severe_result_is_told_with_its_study_day() -> None:
    severe = safety(of_grades(("ALT", FIRST, 3), ("ALT", date(2026, 1, 9), 4))).severe
    assert severe is not None
    days = {row[3].text: row[5].text for row in severe.rows}
    assert days == {"3": "1", "4": "−1"}


def test_results_that_could_not_be_graded_are_counted() -> None:
    round_ = full_round(30)
    missing = round_.tables["grades"]["grade"].null_count()
    assert f"; {missing} could not be graded" in safety(round_).ungraded.replace("\u202f", "")


def test_people_with_events_are_counted_once_and_by_their_worst() -> None:
    people = frame(tables.STANDINGS, [
        {"participant": who, "standing": "cleared", "arm": "A"} for who in ("P1", "P2")
    ])  # fmt: skip
    events = frame(tables.ADVERSE_EVENTS, [
        {"participant": "P1", "sequence": place, "term": "RASH", "severity": severity,
         "serious": False, "emergent": True}
        for place, severity in enumerate(("mild", "severe", "moderate"))
    ])  # fmt: skip
    round_ = Round(
        plan=plan(), as_of=FIRST, tables={"standings": people, "adverse_events": events}
    )
    summary = safety(round_).summary
    assert summary is not None
    assert [(row[0].text, row[1].text) for row in summary.rows] == [
        ("People with any emergent event", "1 (50 %)"),
        ("People with worst event severe", "1 (50 %)"),
    ]


def test_grades_without_standings_are_shown_all_the_same() -> None:
    round_ = full_round(20)
    alone = replace(round_, tables={"grades": round_.tables["grades"]})
    told = safety(alone)
    assert told.grades is not None
    assert "since the first sample" in told.grades.caption
    assert told.shift is None
    assert told.severe is not None
    count = round_.tables["grades"].filter(pl.col("grade") >= 3).height
    assert told.severe.caption.startswith(f"Results of grade 3 or 4: {count}")
