from datetime import date

import traced
from reading import read
from rounds import plan

from nanoward.base import tables
from nanoward.faces.report import render_report
from nanoward.faces.report.sections.control import control
from nanoward.flows.round.round import Round


def told(**more: object) -> Round:
    found = {**traced.control(), **more}
    return Round(plan=plan(), as_of=date(2014, 6, 2), tables=found)  # type: ignore[arg-type]


def test_the_lead_says_who_is_due_who_escaped_and_what_was_expected() -> None:
    lead = control(told()).lead
    assert "40 orders passed the gate, 1 of them not settled; 3 kill codes." in lead
    assert "Due for verification: 01-701-1003, 01-701-1004, 01-701-1005, 01-701-1009." in lead
    assert "Escaped: 01-701-1006." in lead
    assert "Escapees expected of the codes fired: 0.180." in lead


def test_a_code_that_one_person_fired_is_told_until_it_is_reviewed() -> None:
    kills = control(told()).kills
    assert kills is not None
    (alone,) = [row for row in kills.rows if "break-glass" in row[6].text]
    assert "NOT reviewed yet" in alone[6].text
    assert alone[11].text == "0.0900"


def test_orders_are_counted_by_what_became_of_them() -> None:
    orders = control(told()).orders
    assert orders is not None
    counted = sum(int(cell.text) for row in orders.rows for cell in row[2:])
    assert counted == 40


def test_only_open_and_shortened_orders_are_listed() -> None:
    shown = control(told()).open_orders
    assert shown is not None
    assert [row[0].text for row in shown.rows] == ["01-701-1006", "01-701-1008"]
    assert shown.rows[1][6].text == "the person's own limit is 2 mA"


def test_a_failed_drill_is_marked_with_its_limit() -> None:
    drills = control(told()).drills
    assert drills is not None
    assert [row[3].mark for row in drills.rows] == ["", "", "", "alarm"]
    assert drills.rows[3][4].text == "9.2 %"


def test_without_control_the_section_is_one_line() -> None:
    shown = control(Round(plan=plan(), as_of=date(2026, 1, 1), tables={}))
    assert shown.absent.startswith("Not part of this round")
    assert shown.kills is shown.drills is shown.orders is shown.flushes is None


def test_what_people_wrote_never_becomes_markup() -> None:
    evil = "<script>alert(1)</script>"
    row = {"order": evil, "asked": date(2014, 1, 1), "lot": evil, "mechanism": evil,
           "reason": evil, "requested_by": evil, "signed": [evil], "status": evil,
           "people": 1, "answered": 0, "cleared": 0, "escaped": 0}  # fmt: skip
    text = render_report(told(kills=traced.frame(tables.KILLS, [row]))).decode()
    assert text.count("<script>") == 1
    assert evil in read(text).text
