"""Consent as a state machine: by hand, by laws, and the mistakes of other consent tools."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
)
from nanoward.clearance.consent.consent_state import (
    Consent,
    consent_of,
    signature_hash,
    signature_holds,
    signing_refusals,
)

DAY = date(2026, 1, 5)
FIRST = ConsentDocumentIssued(
    document_sha256="a" * 64,
    version="1.0",
    issued=date(2026, 1, 1),
    needed=("take part",),
    optional=("share data", "keep samples"),
    questions=8,
    pass_mark=7,
    least_reading_s=300,
    valid_days=365,
)
SECOND = replace(FIRST, document_sha256="b" * 64, version="2.0", issued=date(2026, 3, 1))


def signing(day: date = DAY, **more: Any) -> ConsentSigned:
    whole: dict[str, Any] = {
        "participant": "p1",
        "document_sha256": FIRST.document_sha256,
        "version": FIRST.version,
        "signed": day,
        "at": datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        "uses": ("take part", "share data"),
        "refused": ("keep samples",),
        "printed_name": "the participant",
        "meaning": "I agree to take part",
        "identified_by": "id and password",
        "explained_by": "clinician 3",
        "witnessed_by": "advocate 1",
        "read_s": 600,
        "answered_right": 8,
    }
    return ConsentSigned(**whole | more)


def left(day: date, *uses: str) -> ConsentWithdrawn:
    return ConsentWithdrawn(participant="p1", withdrawn=day, uses=uses)


def state(*entries: Entry) -> Consent:
    return consent_of("p1", entries)


def test_nothing_then_a_signature_then_withdrawal() -> None:
    assert state(FIRST).status(DAY) == "none"
    signed = state(FIRST, signing())
    assert signed.status(DAY) == "active"
    assert signed.uses == {"take part", "share data"}
    gone = state(FIRST, signing(), left(DAY + timedelta(days=9)))
    assert gone.status(DAY + timedelta(days=9)) == "withdrawn"
    assert gone.withdrawn == DAY + timedelta(days=9)
    assert gone.uses == frozenset()


def test_a_whole_signature_is_taken_without_a_word() -> None:
    assert signing_refusals(state(FIRST), signing()) == ()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"document_sha256": "c" * 64}, "this is another document"),
        ({"version": "0.9"}, "not 0.9"),
        ({"signed": date(2025, 12, 31)}, "before the document"),
        ({"uses": ("take part",)}, "'share data' was neither agreed to nor refused"),
        ({"uses": ("take part", "share data", "fly")}, "does not speak of 'fly'"),
        ({"refused": ("keep samples", "share data")}, "both agreed to and refused"),
        (
            {"uses": ("share data",), "refused": ("take part", "keep samples")},
            "without 'take part'",
        ),
        ({"printed_name": " "}, "the printed name is missing"),
        ({"meaning": ""}, "the meaning of the signature is missing"),
        ({"identified_by": ""}, "how the signer was identified is missing"),
        ({"explained_by": ""}, "who explained is missing"),
        ({"witnessed_by": ""}, "who witnessed is missing"),
        ({"witnessed_by": "clinician 3"}, "the witness must be neither"),
        ({"witnessed_by": "p1"}, "the witness must be neither"),
        ({"explained_by": "p1"}, "nobody explains the consent to themselves"),
        ({"at": None}, "the moment of signing is missing"),
        ({"at": datetime(2026, 1, 5)}, "has no time zone"),  # noqa: DTZ001
        ({"answered_right": 6}, "6 of 8 questions"),
        ({"read_s": 299}, "read for 299 s"),
    ],
)
def test_each_thing_that_is_wrong_is_refused_and_named(
    wrong: dict[str, Any], told: str
) -> None:
    refusals = signing_refusals(state(FIRST), signing(**wrong))
    assert len(refusals) == 1
    assert told in refusals[0]


def test_without_a_document_nothing_can_be_signed() -> None:
    assert signing_refusals(state(), signing()) == ("no consent document is in force",)


def test_a_new_version_a_demand_and_the_passing_of_time_ask_for_a_new_signature() -> None:
    newer = state(FIRST, signing(), SECOND)
    assert newer.status(SECOND.issued) == "renewal"
    assert "version 2.0" in newer.renewal(SECOND.issued)
    old = state(FIRST, signing())
    assert old.status(DAY + timedelta(days=364)) == "active"
    assert old.status(DAY + timedelta(days=365)) == "renewal"
    demand = ConsentRenewalDemanded(
        participant="p1", demanded=DAY, reason="will changed with agent", agent_off=True
    )
    asked = state(FIRST, signing(), demand)
    assert asked.renewal(DAY) == "will changed with agent"
    assert "switched off" in signing_refusals(asked, signing())[0]
    assert signing_refusals(asked, signing(agent_off=True)) == ()
    again = state(FIRST, signing(), demand, signing(agent_off=True))
    assert again.status(DAY) == "active"


def test_one_use_can_be_taken_back_and_a_needed_one_ends_all() -> None:
    part = state(FIRST, signing(), left(DAY, "share data"))
    assert part.status(DAY) == "active"
    assert part.uses == {"take part"}
    whole = state(FIRST, signing(), left(DAY, "take part"))
    assert whole.status(DAY) == "withdrawn"


def test_others_entries_change_nothing() -> None:
    other = replace(signing(), participant="p2")
    gone = ConsentWithdrawn(participant="p2", withdrawn=DAY)
    assert state(FIRST, signing(), other, gone) == state(FIRST, signing())


def test_a_signature_belongs_to_every_word_that_was_signed() -> None:
    plain = signing()
    bound = replace(plain, signature_sha256=signature_hash(plain))
    assert signature_holds(bound)
    changed = {
        "participant": "p2",
        "uses": ("take part",),
        "printed_name": "somebody",
        "meaning": "I have read it",
        "at": datetime(2026, 1, 5, 10, tzinfo=UTC),
        "witnessed_by": "advocate 2",
        "read_s": 601,
        "agent_off": True,
    }
    for name, value in changed.items():
        assert not signature_holds(replace(bound, **{name: value})), name


# What other consent tools got wrong (issues of FDA MyStudies, gICS, episphere connect)


def test_after_a_withdrawal_the_state_is_not_active() -> None:  # MyStudies 4726
    assert state(FIRST, signing(), left(DAY)).status(DAY) != "active"


def test_history_stays_after_a_withdrawal() -> None:  # MyStudies 4750, 4389
    gone = state(FIRST, signing(), left(DAY))
    assert gone.history == (signing(), left(DAY))


def test_a_second_consent_leaves_the_first_as_it_was() -> None:  # MyStudies 1455
    second = signing(
        SECOND.issued, document_sha256=SECOND.document_sha256, version=SECOND.version
    )
    assert state(FIRST, signing(), SECOND, second).history == (signing(), second)


def test_joining_again_is_one_new_consent_that_starts_from_nothing() -> None:  # MyStudies 1652
    later = signing(
        DAY + timedelta(days=30), uses=("take part",), refused=("share data", "keep samples")
    )
    again = state(FIRST, signing(), left(DAY + timedelta(days=9)), later)
    assert again.status(DAY + timedelta(days=30)) == "active"
    assert again.uses == {"take part"}  # nothing comes back by itself
    assert len(again.history) == 3


def test_the_day_of_withdrawal_is_kept_and_a_second_word_does_not_move_it() -> None:
    gone = state(FIRST, signing(), left(DAY), left(DAY + timedelta(days=5)))
    assert gone.withdrawn == DAY  # MyStudies 1651, 1561


def test_an_old_version_cannot_be_signed_again() -> None:  # MyStudies 4264, 4594
    assert "version 2.0 is in force" in signing_refusals(state(FIRST, SECOND), signing())[0]
