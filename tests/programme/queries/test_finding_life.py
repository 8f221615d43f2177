from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import FindingAccepted, FindingAnswered, FindingAssigned
from nanoward.base.findings import Finding
from nanoward.programme.queries.finding_life import (
    finding_identity,
    finding_states,
    message_hash,
    register_of,
)

ONE = Finding(code="CLR-010", severity="warning", message="a = 1", next_step="Correct it.",
              file="ae.csv", line=4, column="AESER", subject="P1",
              row=(("role", "sdtm.AE"), ("AESEQ", 3)))  # fmt: skip
DAY = date(2026, 11, 23)
NAME = finding_identity(ONE)
REGISTER: dict[str, dict[str, Any]] = {
    NAME: {"id": NAME, "state": "standing", "first_seen": date(2026, 11, 9)}
}


def state(finding: Finding = ONE, acts: tuple[Any, ...] = (), before: Any = REGISTER) -> str:
    return finding_states([finding], before, acts, DAY)[0]["state"]


def answered(finding: Finding = ONE) -> FindingAnswered:
    return FindingAnswered(finding=NAME, subject="P1", code="CLR-010", answer="so it was",
                           message_sha256=message_hash(finding), by="B",
                           answered=DAY)  # fmt: skip


def accepted(until: date, finding: Finding = ONE) -> FindingAccepted:
    return FindingAccepted(finding=NAME, subject="P1", code="CLR-010", reason="known", by="B",
                           message_sha256=message_hash(finding), accepted=DAY,
                           until=until)  # fmt: skip


def test_identity_does_not_hang_on_line_or_message_where_the_row_is_named() -> None:
    assert finding_identity(replace(ONE, line=9, message="a = 2")) == NAME
    assert finding_identity(replace(ONE, column="AESEV")) != NAME
    bare = replace(ONE, subject="", row=())
    assert finding_identity(bare) != finding_identity(replace(bare, message="a = 2"))


def test_a_finding_lives_from_new_to_standing_and_returns() -> None:
    assert state(before={}) == "new"
    assert state() == "standing"
    assert state(before={NAME: {**REGISTER[NAME], "state": "gone"}}) == "returned"


@pytest.mark.hazard("H-153")
def test_an_answer_counts_for_the_value_that_it_was_given_for() -> None:
    assert state(acts=(answered(),)) == "answered"
    assert state(replace(ONE, message="a = 2"), (answered(),)) == "returned"


@pytest.mark.hazard("H-153")
def test_an_acceptance_ends_on_its_day() -> None:
    assert state(acts=(accepted(DAY),)) == "accepted"
    assert state(acts=(accepted(date(2026, 11, 22)),)) == "returned"
    assert state(replace(ONE, message="a = 2"), (accepted(DAY),)) == "returned"


def test_the_first_day_and_the_role_stay_with_it() -> None:
    given_to = FindingAssigned(finding=NAME, subject="P1", code="CLR-010", role="site", by="B",
                               assigned=DAY)  # fmt: skip
    (row,) = finding_states([ONE], REGISTER, [given_to], DAY)
    assert (row["first_seen"], row["role"]) == (date(2026, 11, 9), "site")


def test_two_of_one_place_are_two() -> None:
    rows = finding_states([ONE, replace(ONE, message="b = 1")], {}, [], DAY)
    assert len({row["id"] for row in rows}) == 2


def test_what_is_not_seen_any_more_stays_in_the_register_as_gone() -> None:
    (row,) = register_of([], REGISTER)
    assert (row["id"], row["state"]) == (NAME, "gone")
    assert len(register_of(finding_states([ONE], REGISTER, [], DAY), REGISTER)) == 1


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6), st.booleans())
def test_every_finding_has_one_row_and_one_state(messages: list[str], known: bool) -> None:
    found = [replace(ONE, message=one, line=n) for n, one in enumerate(messages)]
    rows = finding_states(found, REGISTER if known else {}, [], DAY)
    assert len({row["id"] for row in rows}) == len(rows) <= len(found)
    assert {row["message"] for row in rows} == set(messages)
