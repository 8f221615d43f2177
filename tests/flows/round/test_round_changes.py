from typing import Any


def test_rows_of_other_tables_and_new_serious_events_are_told(ill_ward: Any) -> None:
    event = ill_ward.files.pop("data/sdtm/ae.csv")
    ill_ward.files["data/contacts.csv"] = "a,b,kind\nP1,P2,household\nP1,P3,household\n"
    ill_ward.round(16)
    ill_ward.files["data/contacts.csv"] = "a,b,kind\nP1,P2,household\n"
    ill_ward.files["data/sdtm/ae.csv"] = event
    changes = ill_ward.changes(23)
    assert {one["kind"] for one in changes} == {"row", "file", "serious event", "standing"}
    (serious,) = [one for one in changes if one["kind"] == "serious event"]
    assert (serious["participant"], serious["item"]) == ("P2", "Sepsis")
    (standing,) = [one for one in changes if one["kind"] == "standing"]
    assert (standing["before"], standing["after"], standing["cause"]) == (
        *("cleared", "held"),
        "data",
    )
    assert ill_ward.codes(23) == ["PRG-011"]


def test_a_first_round_says_that_there_is_none_to_compare_with(ill_ward: Any) -> None:
    summary = ill_ward.round(16)
    assert summary.round_.facts["programme"]["compared with"] == "no round before"
    assert summary.round_.tables["round_changes"].height == 0
