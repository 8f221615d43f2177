"""Consent documents: kept by their hash, refused where they cannot be signed soundly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.flows.consent.test_sign_consent import SIGNING

from nanoward.base.canonical import sha256_of
from nanoward.base.plan import Plan
from nanoward.flows.consent.issue_consent import (
    DocumentRefusedError,
    Terms,
    demand_renewal,
    issue_document,
)
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.sign_consent import ConsentRefusedError, sign_consent
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = b"What is done, what may go wrong, and that you may leave at any time."
TERMS = Terms(version="1.0", needed=["take part"])


def ward() -> Ports:
    return memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)


def test_the_document_is_kept_and_signed_by_its_hash() -> None:
    ports = ward()
    name, _ = issue_document(ports, TEXT, TERMS, by="council")
    assert name == sha256_of(TEXT)
    assert ports.blobs.get(name) == TEXT
    bound, _ = sign_consent(ports, replace(SIGNING, document_sha256=name), by="console")
    assert bound.document_sha256 == name


@pytest.mark.parametrize(
    ("terms", "content", "why"),
    [
        (replace(TERMS, version=" "), TEXT, "no version"),
        (replace(TERMS, needed=[]), TEXT, "no use"),
        (replace(TERMS, optional=["take part"]), TEXT, "a use twice"),
        (replace(TERMS, questions=3, pass_mark=4), TEXT, "4 of 3 questions"),
        (replace(TERMS, valid_days=0), TEXT, "valid for 0 days"),
        (replace(TERMS, least_reading_s=-1), TEXT, "-1 s"),
        (TERMS, b" ", "empty"),
    ],
)
def test_a_document_that_nobody_could_sign_soundly_is_refused(
    terms: Terms, content: bytes, why: str
) -> None:
    ports = ward()
    with pytest.raises(DocumentRefusedError, match=why):
        issue_document(ports, content, terms, by="council")
    assert ports.ledger.head().size == 0


def test_a_version_is_one_document_for_ever() -> None:
    ports = ward()
    issue_document(ports, TEXT, TERMS, by="council")
    with pytest.raises(DocumentRefusedError, match=r"version 1.0 is another document"):
        issue_document(ports, TEXT + b"!", TERMS, by="council")
    with pytest.raises(DocumentRefusedError, match="in force already"):
        issue_document(ports, TEXT, replace(TERMS, version="1.1"), by="council")


@pytest.mark.hazard("H-63")
def test_a_new_version_and_a_demand_both_ask_for_a_new_signature() -> None:
    ports = ward()
    name, _ = issue_document(ports, TEXT, TERMS, by="council")
    sign_consent(ports, replace(SIGNING, document_sha256=name), by="console")
    newer, _ = issue_document(ports, TEXT + b"!", replace(TERMS, version="2.0"), by="council")
    assert on_record(ports.ledger, "p").consent.status(NOW.date()) == "renewal"
    again = replace(SIGNING, document_sha256=newer, version="2.0")
    sign_consent(ports, again, by="console")
    demand_renewal(ports, "p", "changed in week 9", agent_off=True, by="council")
    consent = on_record(ports.ledger, "p").consent
    assert consent.renewal(NOW.date() + timedelta(days=1)) == "changed in week 9"
    with pytest.raises(ConsentRefusedError, match="switched off"):
        sign_consent(ports, again, by="console")
    sign_consent(ports, replace(again, agent_off=True), by="console")
    assert on_record(ports.ledger, "p").consent.status(NOW.date()) == "active"
