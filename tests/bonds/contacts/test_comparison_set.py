from datetime import date

import polars as pl
import pytest

from nanoward.base.errors import InputError, NotInDataError
from nanoward.bonds import BondRules, contacts_by_pair, lot_samples, participants_to_compare

SAMPLES = pl.DataFrame(
    {
        "sample": ["s1", "s2", "s3", "s4", "s5"],
        "participant": ["p", "p", "q", "r", "t"],
        "taken": [date(2026, 1, d) for d in (3, 1, 2, 4, 5)],
        "household": ["h", "h", "h", None, "g"],
        "good": [1.0, 0.0, 1.0, 1.0, 1.0],
        "season": ["A", "A", "A", "A", None],
    }
)
PROFILES = pl.DataFrame(
    {
        "sample": ["s1", "s2", "s3", "s4", "s5"],
        "readable": [90, 100, 100, 100, 100],
        "typed_as": ["agent", "agent", "agent", "other", "agent"],
    }
)


def test_a_person_is_spoken_for_by_the_preferred_sample_else_the_most_readable() -> None:
    people, _ = participants_to_compare(SAMPLES, PROFILES, BondRules())
    assert {one.participant: one.sample for one in people}["p"] == "s2"
    people, _ = participants_to_compare(SAMPLES, PROFILES, BondRules(prefer=("good",)))
    assert {one.participant: one.sample for one in people}["p"] == "s1"


def test_whoever_cannot_be_compared_is_named_with_the_reason() -> None:
    rules = BondRules(strata=("season",), require={"good": "1"})
    people, undecided = participants_to_compare(SAMPLES, PROFILES, rules)
    assert [(one.participant, one.sample, one.apart) for one in people] == [
        ("p", "s1", ("h",)),
        ("q", "s3", ("h",)),
    ]
    assert {one.subject for one in undecided} == {"r", "t"}
    assert "typed as other" in undecided[0].reason


def test_a_column_that_the_plan_names_and_the_table_lacks_is_an_input_error() -> None:
    with pytest.raises(InputError, match="subtype"):
        participants_to_compare(SAMPLES, PROFILES, BondRules(strata=("subtype",)))


def test_contacts_are_gathered_by_pair_whatever_the_order_of_names() -> None:
    table = pl.DataFrame(
        {
            "a": ["q", "p", "p", "p"],
            "b": ["p", "q", "p", "z"],
            "kind": ["room", "shift", "x", None],
        }
    )
    contacts, findings = contacts_by_pair(table, frozenset("pq"))
    assert contacts == {("p", "q"): ("room", "shift"), ("p", "z"): ("contact",)}
    assert [one.code for one in findings] == ["BND-002", "BND-001"]
    assert contacts_by_pair(None, frozenset()) == ({}, ())


def test_a_sample_whose_participant_is_its_lot_is_of_the_lot_and_nobodys() -> None:
    samples = pl.DataFrame(
        {"sample": ["s1", "s2", "s3"], "participant": ["p1", "L1", "L1"],
         "taken": [date(2026, 1, 9), None, None], "lot": ["L1", "L1", "L1"]},
        schema_overrides={"taken": pl.Date},
    )  # fmt: skip
    profiles = pl.DataFrame(
        {"sample": ["s1", "s2", "s3"], "readable": [9, 9, 9],
         "typed_as": ["agent", "agent", "unreadable"]}
    )  # fmt: skip
    people, undecided = participants_to_compare(samples, profiles, BondRules())
    assert [(one.participant, one.first) for one in people] == [("p1", date(2026, 1, 9))]
    assert not undecided
    assert lot_samples(samples, profiles) == {"L1": ("s2",)}
    assert lot_samples(samples.drop("lot"), profiles) == {}


def test_a_stratum_is_named_by_its_values_and_else_it_is_all() -> None:
    for strata, wanted in (
        ((), {"all"}),
        (("season",), {"A"}),
        (("season", "good"), {"A / 1"}),
    ):
        rules = BondRules(strata=strata, require={"good": "1"})
        people, _ = participants_to_compare(SAMPLES, PROFILES, rules)
        assert {one.stratum for one in people if one.participant == "p"} == wanted


def test_what_the_plan_names_and_no_table_has_has_its_code() -> None:
    with pytest.raises(NotInDataError) as fault:
        participants_to_compare(SAMPLES, PROFILES, BondRules(prefer=("subtype",)))
    assert (fault.value.code, fault.value.column) == ("INP-002", "prefer")
