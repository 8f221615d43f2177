"""[programme]: every key understood, or named."""

import tomllib
from fractions import Fraction
from typing import Any

import pytest

from nanoward.base.errors import InputError
from nanoward.programme.programme_rules import (
    ProgrammeRulesError,
    absent_findings,
    programme_rules,
)
from nanoward.programme.visits.site_calendar import SiteError

TEXT = """
currency = "EUR"
leave_cost_share = "0.05"
country = "US"
apart = ["P01 P02"]
restricted = ["P03"]
[people]
director = "ab"
[sites.ward]
capacity = { clinician = 6 }
beds = { single = 4 }
[needs.weekly]
clinician = 1
[schedule.weekly]
every = 7
before = 2
after = 2
[[rooms]]
site = "ward"
name = "r1"
kind = "single"
beds = 1
[return]
transport = "taxi"
cost = "120.00"
room = "ward/r1"
"""


def rules(**more: Any) -> Any:
    return programme_rules({**tomllib.loads(TEXT), **more}, "Europe/Berlin")


def test_the_whole_section() -> None:
    found = rules()
    assert found.leave_cost_share == Fraction(1, 20)
    assert found.visits.sites["ward"].zone == "Europe/Berlin"
    assert frozenset({"P01", "P02"}) in found.visits.apart
    assert found.schedule[0].kind == "weekly"
    assert found.rooms["ward/r1"].beds == 1
    assert (found.home.cost, found.home.payer) == (12_000, "programme")
    assert programme_rules({}, "UTC").currency == "EUR"
    assert rules(messages={"quiet": 1}).currency == "EUR"  # read elsewhere


@pytest.mark.parametrize(
    "more",
    [
        {"surprise": 1},
        {"currency": "EURO"},
        {"leave_cost_share": "0.2"},
        {"leave_cost_share": 0.1},
        {"leave_cost_share": "much"},
        {"apart": ["P1"]},
        {"needs": {"party": {}}},
        {"needs": {"weekly": {"clinician": -1}}},
        {"schedule": {"weekly": {"every": 3, "before": 2, "after": 2}}},
        {"schedule": {"weekly": {"odd": 3}}},
        {"schedule": {"odd": {}}},
        {"rooms": [{"site": "x", "name": "r", "kind": "single", "beds": 1}]},
        {"rooms": [{"site": "ward", "name": "r", "kind": "suite", "beds": 1}]},
        {"rooms": [{"site": "ward", "name": "r", "kind": "single", "beds": 0}]},
        {"rooms": [{"site": "ward", "name": "r", "odd": 1}]},
        {"return": {"cost": 120.0}},
        {"return": {"odd": 1}},
    ],
)
def test_what_is_not_understood_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        rules(**more)


def test_steps_and_overbooking() -> None:
    rules = programme_rules({"steps": {"weekly": {"clin": 2}}, "overbooking": True}, "UTC")
    assert (rules.steps, rules.overbooking) == ({"weekly": {"clin": 2}}, True)
    assert not programme_rules({}, "UTC").overbooking


@pytest.mark.parametrize(
    "section",
    [
        {"steps": {"party": {"clin": 1}}},
        {"steps": {"weekly": {}}},
        {"steps": {"weekly": {"clin": 0.5}}},
        {"steps": {"weekly": {"clin": 97}}},
        {"overbooking": "yes"},
        {"overbooking": 1},
    ],
)
def test_steps_and_overbooking_that_are_not_understood(section: dict[str, object]) -> None:
    with pytest.raises(ProgrammeRulesError):
        programme_rules(section, "UTC")


def test_beds_of_rooms_are_counted_by_site_and_kind() -> None:
    section = {
        "sites": {"ward": {}, "north": {"beds": {"single": 3}}},
        "rooms": [{"site": "ward", "name": name, "kind": "shared", "beds": 2} for name in "ab"],
    }
    sites = programme_rules(section, "UTC").visits.sites
    assert sites["ward"].room_beds == {"shared": 4}
    assert sites["north"].room_beds == {}
    with pytest.raises(SiteError, match="no bed is 'sofa'"):
        programme_rules({"sites": {"ward": {"beds": {"sofa": 1}}}}, "UTC")


def test_what_no_site_has_is_told_and_not_refused() -> None:
    section = {
        "sites": {"ward": {"capacity": {"clin": 1}}},
        "needs": {"weekly": {"clin": 1, "bed_apart": 1}, "dose": {"scaner": 1}},
        "return": {"room": "ward/r1"},
    }
    rules = programme_rules(section, "UTC")
    told = [one.message for one in absent_findings(rules)]
    assert "need 'scaner'" in told[0]
    assert "'ward/r1'" in told[1]
    assert absent_findings(programme_rules({"needs": {"dose": {"x": 1}}}, "UTC")) == ()
