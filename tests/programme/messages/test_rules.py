from datetime import date, timedelta
from typing import Any

import pytest

from nanoward.base.sections import BadSectionError
from nanoward.clearance.consent.permissions import ACTS, ALWAYS
from nanoward.programme.messages.kinds import KINDS, OPEN_ACTS
from nanoward.programme.messages.rules import message_rules


def test_a_plan_that_says_nothing_has_roles_and_a_chain() -> None:
    rules = message_rules({}, "Europe/Berlin")
    assert set(rules.roles) == {"coordinator", "physician", "council", "advocate"}
    assert [one.role for one in rules.chain("message", "now")] == ["physician", "council"]
    assert rules.roles["council"].quiet.zone == "Europe/Berlin"
    assert (rules.quiet.begins, rules.quiet.ends) == (21 * 60, 8 * 60)


def test_a_whole_section() -> None:
    rules = message_rules(
        {
            "site": "ship",
            "quiet": ["22:00", "07:30"],
            "roles": {
                "medic": {"zone": "Asia/Tokyo", "duty": ["mon-sun 06:00-22:00"],
                          "away": ["2026-12-24/2026-12-26"], "address": "medic@example.org",
                          "deliveries": ["mail", "screen"]},
                "captain": {"quiet": []},
            },
            "chains": {"default": ["captain 45"], "danger": ["captain 5"]},
            "deliveries": {"mail": {"kind": "smtp"}},
            "done_hours": {"now": 2},
            "reminder_minutes": 5,
        },
        "UTC",
    )  # fmt: skip
    medic = rules.roles["medic"]
    assert medic.quiet.zone == medic.roster.zone == "Asia/Tokyo"
    assert medic.roster.away == ((date(2026, 12, 24), date(2026, 12, 26)),)
    assert rules.roles["captain"].quiet.begins == rules.roles["captain"].quiet.ends
    assert rules.chain("danger", "now")[0].wait == timedelta(minutes=5)
    assert rules.chain("message", "now")[0].wait == timedelta(minutes=45)
    assert rules.done["now"] == timedelta(hours=2)
    assert rules.done["week"] == timedelta(days=7)


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ({"rolls": {}}, "rolls"),
        ({"roles": {"a": {"phone": "1"}}}, "roles.a.phone"),
        ({"roles": {"a": {"zone": "Mars/North"}}}, "roles.a"),
        ({"roles": {"a": {"duty": ["always"]}}}, "roles.a"),
        ({"roles": {"participant": {}}}, "roles"),
        ({"chains": {"now": ["nobody 5"]}}, "chains.now"),
        ({"chains": {"soon": ["physician 5"]}}, "chains.soon"),
        ({"chains": {"now": ["physician"]}}, "chains.now"),
        ({"chains": {"now": []}}, "chains.now"),
        ({"quiet": ["21:00"]}, "quiet"),
        ({"quiet": ["21:00", "8"]}, "quiet"),
        ({"participants": ["pigeon"]}, "deliveries"),
        ({"roles": {"a": {"deliveries": ["pigeon"]}}}, "deliveries"),
        ({"heartbeat": "pigeon"}, "deliveries"),
        ({"flap_minutes": 0}, "flap_minutes"),
        ({"done_hours": {"soon": 1}}, "done_hours"),
        ({"roles": []}, "roles"),
    ],
)
def test_what_cannot_be_understood_is_named(section: dict[str, Any], key: str) -> None:
    with pytest.raises(BadSectionError) as told:
        message_rules(section, "UTC")
    assert told.value.column == key


def test_every_kind_has_an_act_of_the_gate_and_open_acts_are_those_of_clearance() -> None:
    assert set(ALWAYS) == OPEN_ACTS
    assert {one.act for one in KINDS.values()} - {""} <= set(ACTS)


@pytest.mark.hazard("H-285")
def test_what_serves_whoever_leaves_never_expires_and_is_open_at_the_gate() -> None:
    leaving = {one.name for one in KINDS.values() if one.leaving}
    assert leaving == {"withdrawal", "stop", "concern", "flush", "pay owed"}
    for name in leaving:
        assert KINDS[name].lasting
        assert KINDS[name].act in OPEN_ACTS
    assert not any(one.raises and one.lasting for one in KINDS.values())
