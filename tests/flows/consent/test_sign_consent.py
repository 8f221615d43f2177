"""Signing: what is written, what is refused, and that refusing writes nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned, StandingDecided
from nanoward.base.plan import Plan
from nanoward.clearance.consent.consent_state import signature_holds
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.sign_consent import ConsentRefusedError, sign_consent
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import SteppedClock
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DOCUMENT = ConsentDocumentIssued(
    document_sha256="a" * 64,
    version="1.0",
    issued=date(2026, 1, 1),
    needed=("take part",),
    optional=(),
    questions=3,
    pass_mark=3,
    least_reading_s=60,
    valid_days=None,
)
SIGNING = ConsentSigned(
    participant="p",
    document_sha256=DOCUMENT.document_sha256,
    version="1.0",
    signed=date(1999, 1, 1),  # the clock decides, not the form
    uses=("take part",),
    printed_name="name of p",
    identified_by="id and password",
    explained_by="clinician",
    witnessed_by="advocate",
    read_s=90,
    answered_right=3,
)


def ward() -> Ports:
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    ports.ledger.append([DOCUMENT], actor="council", at=NOW)
    return ports


def test_a_signature_is_stamped_by_the_clock_and_bound_to_what_was_signed() -> None:
    ports = ward()
    bound, head = sign_consent(ports, SIGNING, by="console")
    assert (bound.signed, bound.at) == (NOW.date(), NOW)
    assert bound.meaning == "I agree to take part"
    assert signature_holds(bound)
    assert head == ports.ledger.head()
    known = on_record(ports.ledger, "p")
    assert known.consent.signed == bound
    assert known.standing == "screened"


@pytest.mark.hazard("H-63")
def test_a_signature_without_understanding_is_refused_and_nothing_is_written() -> None:
    ports = ward()
    before = ports.ledger.head()
    with pytest.raises(ConsentRefusedError, match="2 of 3 questions"):
        sign_consent(ports, replace(SIGNING, answered_right=2), by="console")
    assert ports.ledger.head() == before


def test_each_signature_is_a_record_of_its_own() -> None:
    ports = ward()
    first, _ = sign_consent(ports, SIGNING, by="console")
    assert isinstance(ports.clock, SteppedClock)
    ports.clock.advance(timedelta(days=30))
    second, _ = sign_consent(ports, SIGNING, by="console")
    assert on_record(ports.ledger, "p").consent.history == (first, second)


class Key:
    """A key whose signature is what it signs, backwards."""

    scheme, key, public = "ed25519", "name", "public half"

    def sign(self, message: bytes) -> str:
        return message.decode()[::-1]


def test_a_key_signs_the_hash_of_the_record_and_belongs_to_one_person() -> None:
    ports = ward()
    bound, _ = sign_consent(ports, SIGNING, by="console", signer=Key())
    assert bound.key == "public half"
    assert bound.key_signature == bound.signature_sha256[::-1]
    assert signature_holds(bound)
    assert not signature_holds(replace(bound, key="another"))
    sign_consent(ports, SIGNING, by="console", signer=Key())  # the same person again
    other = replace(SIGNING, participant="q", printed_name="name of q")
    with pytest.raises(ConsentRefusedError, match="the key has signed for p"):
        sign_consent(ports, other, by="console", signer=Key())


def test_one_component_alone_identifies_nobody() -> None:
    for told in ("PIN", "PIN and", "PIN, PIN"):
        with pytest.raises(ConsentRefusedError, match="two are needed"):
            sign_consent(ward(), replace(SIGNING, identified_by=told), by="console")
    for told in ("passport and PIN", "passport + PIN", "passport, PIN"):
        sign_consent(ward(), replace(SIGNING, identified_by=told), by="console")


@pytest.mark.parametrize("word", ["withdrawn", "held"])
def test_whoever_comes_back_is_screened_and_a_hold_is_not_lifted(word: str) -> None:
    ports = ward()
    stood = StandingDecided(participant="p", standing=word, as_of=NOW.date(), since=None,
                            reasons=())  # fmt: skip
    ports.ledger.append([stood], actor="round", at=NOW)
    sign_consent(ports, SIGNING, by="console")
    wanted = "screened" if word == "withdrawn" else word
    assert on_record(ports.ledger, "p").standing == wanted
