"""Signs of pressure: each one planted, each one found, and a free signature finds none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nanoward.clearance.consent.undue_influence import (
    Contact,
    SettingChange,
    Signing,
    changes_after_contact,
    pressure_on_leaving,
    pressure_on_signing,
)

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
FREE = Signing(
    participant="p",
    at=AT,
    read_s=900,
    least_reading_s=300,
    explained_by="clinician",
    offered_at=AT - timedelta(days=2),
    pay_share=0.1,
    device_owner="participant",
    lodging="room 1",
)


def test_a_free_signature_shows_no_sign() -> None:
    assert pressure_on_signing([FREE], powers={"p": ["employer"]}) == ()


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"read_s": 60}, "read for 60 s of the 300 s"),
        ({"offered_at": AT - timedelta(minutes=10)}, "10 minutes after pay was offered"),
        ({"pay_share": 0.8}, "80% of the person's income"),
        ({"explained_by": "employer"}, "holds power over the person"),
        ({"device_owner": "staff"}, "device of the staff"),
        ({"declined_at": AT - timedelta(days=1)}, "signed after contact by clinician"),
    ],
)
def test_each_planted_sign_is_found_alone(planted: dict[str, Any], told: str) -> None:
    contacts = [Contact(participant="p", by="clinician", at=AT - timedelta(hours=2))]
    (finding,) = pressure_on_signing(
        [replace(FREE, **planted)], contacts, powers={"p": ["employer"]}
    )
    assert told in finding.message
    assert finding.subject == "p"


def test_a_lodging_that_signs_within_an_hour_is_a_sign_for_each() -> None:
    group = [
        replace(FREE, participant=who, at=AT + timedelta(minutes=20 * n))
        for n, who in enumerate("abc")
    ]
    assert [one.subject for one in pressure_on_signing(group)] == ["a", "b", "c"]
    apart = [replace(one, at=AT + timedelta(hours=2 * n)) for n, one in enumerate(group)]
    assert pressure_on_signing(apart) == ()


def test_staff_contact_before_leaving_is_closed_is_told_and_so_is_an_open_wish() -> None:
    asked = {"p": AT, "q": AT}
    closed = {"p": AT + timedelta(hours=5)}
    contacts = [
        Contact(participant="p", by="staff", at=AT + timedelta(hours=1)),
        Contact(participant="p", by="late caller", at=AT + timedelta(hours=9)),
    ]
    told = [one.message for one in pressure_on_leaving(asked, closed, contacts)]
    assert "staff spoke with them" in told[0]
    assert "late caller" not in told[0]
    assert "it is not done" in told[1]
    assert len(told) == 2


def test_a_change_right_after_anothers_command_is_a_sign_and_ones_own_is_not() -> None:
    changes = [SettingChange(participant="p", at=AT, setting="the goal")]
    other = Contact(participant="p", by="q", at=AT - timedelta(hours=3))
    assert "by q" in changes_after_contact(changes, [other])[0].message
    assert changes_after_contact(changes, [replace(other, by="p")]) == ()
    assert changes_after_contact(changes, [replace(other, at=AT - timedelta(days=2))]) == ()


def test_contact_in_the_moment_of_asking_counts_and_in_that_of_closing_not() -> None:
    end = AT + timedelta(hours=2)
    for at, count in ((AT, 1), (end, 0)):
        found = pressure_on_leaving(
            {"p": AT}, {"p": end}, [Contact(participant="p", by="nurse", at=at)]
        )
        assert len(found) == count
