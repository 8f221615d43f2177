"""Who may do what: every act, every standing, and a person who may leave in all of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentSigned,
    ConsentWithdrawn,
    StandingDecided,
)
from nanoward.clearance.consent.consent_state import Consent, consent_of
from nanoward.clearance.consent.permissions import (
    ACTIVE,
    ACTS,
    ALWAYS,
    NEVER,
    RecordedStanding,
    UnknownActError,
    closed_by_withdrawal,
    open_after_withdrawal,
    permission,
    standing_after,
)
from nanoward.clearance.sdtm.disposition_terms import LEAVING, LEFT_OTHERWISE

DAY = date(2026, 1, 5)
DOCUMENT = ConsentDocumentIssued(
    document_sha256="a" * 64,
    version="1.0",
    issued=DAY,
    needed=("take part",),
    optional=("share data",),
    questions=0,
    pass_mark=0,
    least_reading_s=0,
    valid_days=30,
)
SIGNED = ConsentSigned(
    participant="p",
    document_sha256="a" * 64,
    version="1.0",
    signed=DAY,
    uses=("take part", "share data"),
)
ACTIVE_CONSENT = consent_of("p", [DOCUMENT, SIGNED])
OWN = ("screened", "cleared", "held", "recalled")
STANDINGS = tuple(dict.fromkeys((*OWN, *LEAVING.values(), LEFT_OTHERWISE)))


LASTS = timedelta(days=14)


def stood(word: str, decided: date | None = DAY) -> RecordedStanding:
    return RecordedStanding(word=word, decided=decided)


def may(
    act: str, standing: str = "cleared", consent: Consent = ACTIVE_CONSENT, use: str = ""
) -> bool:
    return permission(consent, stood(standing), act, DAY, lasts=LASTS, use=use).allowed


@pytest.mark.parametrize(
    ("standing", "acts"),
    [
        ("cleared", {"dose", "order", "visit", "assessment", "message", "sample"}),
        ("held", {"visit", "assessment", "message", "sample"}),
        ("recalled", {"visit", "assessment", "message"}),
        ("screened", {"visit", "assessment", "message", "sample"}),
        ("withdrawn", set()),
        ("completed", set()),
        ("died", set()),
    ],
)
def test_each_standing_opens_its_own_gates(standing: str, acts: set[str]) -> None:
    assert {act for act in ACTIVE if act != "data use" and may(act, standing)} == acts


def may_on(day: date, act: str, decided: date | None = None) -> bool:
    standing = stood("cleared", decided or day)
    return permission(ACTIVE_CONSENT, standing, act, day, lasts=LASTS).allowed


@pytest.mark.hazard("H-67")
@pytest.mark.parametrize("act", ["dose", "order"])
@pytest.mark.parametrize(("days", "opens"), [(0, True), (14, True), (15, False), (-1, False)])
def test_a_standing_opens_nothing_once_it_is_old_or_before_its_day(
    act: str, days: int, opens: bool
) -> None:
    today = DAY + timedelta(days=15)
    assert may_on(today, act, today - timedelta(days=days)) == opens
    assert may_on(today, "visit", today - timedelta(days=days))  # the way to a new round


@pytest.mark.hazard("H-67")
def test_a_standing_that_no_round_decided_opens_nothing() -> None:
    told = permission(ACTIVE_CONSENT, stood("cleared", None), "dose", DAY, lasts=LASTS)
    assert told.reasons == ("no round has decided the standing cleared",)


def test_the_last_word_on_a_person_is_their_standing() -> None:
    word = StandingDecided(participant="p", standing="held", as_of=DAY, since=None, reasons=())
    assert standing_after(RecordedStanding(), word, "p") == stood("held")
    assert standing_after(RecordedStanding(), word, "q") == RecordedStanding()


def test_data_are_used_only_for_what_was_agreed() -> None:
    assert may("data use", use="share data")
    assert not may("data use", use="sell data")
    assert not may("data use")
    part = consent_of(
        "p",
        [
            DOCUMENT,
            SIGNED,
            ConsentWithdrawn(participant="p", withdrawn=DAY, uses=("share data",)),
        ],
    )
    assert not may("data use", consent=part, use="share data")
    assert may("dose", consent=part)


def test_a_consent_that_must_be_renewed_opens_only_the_way_to_a_new_one() -> None:
    late = date(2026, 3, 1)
    told = {act: may_on(late, act) for act in ACTIVE}
    assert {act for act, allowed in told.items() if allowed} == {
        "visit",
        "assessment",
        "message",
    }


def test_every_reason_is_told() -> None:
    told = permission(consent_of("p", []), stood("held"), "dose", DAY, lasts=LASTS)
    assert told.reasons == ("no consent is on record", "standing held: dose needs cleared")


@pytest.mark.hazard("H-60")
@given(
    standing=st.sampled_from(STANDINGS),
    act=st.sampled_from(ALWAYS),
    days=st.integers(0, 400),
    consent=st.sampled_from(
        [
            ACTIVE_CONSENT,
            consent_of("p", []),
            consent_of(
                "p", [DOCUMENT, SIGNED, ConsentWithdrawn(participant="p", withdrawn=DAY)]
            ),
        ]
    ),
)
def test_what_protects_the_person_is_open_always(
    standing: str, act: str, days: int, consent: Consent
) -> None:
    when = date.fromordinal(DAY.toordinal() + days)
    assert permission(consent, stood(standing), act, when, lasts=LASTS).allowed


@pytest.mark.hazard("H-61")
@given(standing=st.sampled_from(STANDINGS), act=st.sampled_from(NEVER))
def test_pay_is_never_taken_back(standing: str, act: str) -> None:
    assert not may(act, standing)


def test_an_act_that_is_not_known_is_an_error_and_never_a_yes() -> None:
    with pytest.raises(UnknownActError):
        may("tickle")


def test_a_withdrawal_closes_every_active_gate_and_opens_the_rest() -> None:
    assert set(closed_by_withdrawal()) | set(open_after_withdrawal()) == set(ACTS)
    assert not set(closed_by_withdrawal()) & set(open_after_withdrawal())


def test_a_withdrawn_consent_closes_a_dose_whatever_the_standing_says() -> None:
    left = consent_of("p", [DOCUMENT, SIGNED, ConsentWithdrawn(participant="p", withdrawn=DAY)])
    told = permission(left, stood("cleared"), "dose", DAY, lasts=LASTS)
    assert not told.allowed
    assert told.reasons == (f"consent was withdrawn on {DAY}",)


@pytest.mark.parametrize(
    ("standing", "allowed"),
    [(one, one not in ("withdrawn", "died")) for one in STANDINGS],
)
def test_data_of_whoever_completed_may_be_used_and_of_whoever_withdrew_may_not(
    standing: str, *, allowed: bool
) -> None:
    assert may("data use", standing, use="share data") == allowed
