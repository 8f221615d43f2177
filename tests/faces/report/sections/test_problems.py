from datetime import date

from reading import read
from rounds import empty_round, findings, frame, full_round, plan

from nanoward.base import tables
from nanoward.faces.report.sections.problems import (
    place,
    problems,
    severities,
    undecided,
    undecided_note,
)
from nanoward.flows.round.round import Round


def test_findings_stand_by_code_errors_first() -> None:
    told = problems(full_round(20))
    assert [(one.code, one.severity, one.count) for one in told] == [
        ("FMT-003", "error", "1 finding"),
        ("CLR-012", "warning", "1 finding"),
        ("CLR-020", "note", "40 findings"),
    ]


def test_a_finding_says_where_what_and_what_to_do(full_page: str) -> None:
    text = read(full_page).text
    assert "data/samples.csv:14 taken HS1004 '2013-13-05' is not a date" in text
    assert "What to do Write dates as YYYY-MM-DD." in text


def test_very_many_findings_are_cut_and_counted() -> None:
    round_ = Round(plan=plan(), as_of=date(2026, 1, 1), tables={"findings": findings(350)})
    table = problems(round_)[-1].table
    assert len(table.rows) == 200
    assert table.more == "150 further findings: tables/findings.parquet."


def test_a_place_is_told_as_far_as_it_is_known() -> None:
    assert place({"file": "a.csv", "line": 3}) == "a.csv:3"
    assert place({"file": "a.csv", "line": None}) == "a.csv"
    assert place({"file": "", "line": None}) == "–"


def test_severities_are_counted() -> None:
    assert severities(full_round(20)) == (
        "1 error (could not be used), 1 warning (used with a doubt), 40 notes (told only)"
    )


def test_the_same_question_of_many_people_is_told_once() -> None:
    bonds, tuning = undecided(full_round(20))
    assert (bonds.room, bonds.count, tuning.count) == ("bonds", "5 questions", "1 question")
    assert len(bonds.table.rows) == 1
    assert [cell.text for cell in bonds.table.rows[0][3:]] == ["5", "60, 61, 62, 63, 64"]


def test_a_question_of_the_whole_programme_says_so() -> None:
    table = frame(tables.UNDECIDED, [{"room": "bonds", "question": "q", "reason": "r"}])
    (told,) = undecided(Round(plan=plan(), as_of=date(2026, 1, 1), tables={"undecided": table}))
    assert told.table.rows[0][4].text == "the whole programme"


def test_what_a_room_could_not_decide_is_told_beside_its_answers() -> None:
    rows = [{"room": "bonds", "subject": "", "question": "who gave it?", "reason": "no dates"},
            {"room": "bonds", "subject": "P1", "question": "q", "reason": "r"}]  # fmt: skip
    round_ = Round(plan=plan(), as_of=date(2026, 1, 1),
                   tables={"undecided": frame(tables.UNDECIDED, rows)})  # fmt: skip
    assert undecided_note(round_, "bonds") == (
        "2 questions of this section could not be decided (listed further down). "
        "Who gave it? Cannot tell: no dates."
    )
    assert undecided_note(round_, "tuning") == ""


def test_nothing_wrong_gives_no_groups() -> None:
    assert problems(empty_round()) == []
    assert undecided(empty_round()) == []
