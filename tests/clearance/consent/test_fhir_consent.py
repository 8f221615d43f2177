"""FHIR R4 Consent: the status after revocation, renewal and expiry; what is permitted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
)
from nanoward.clearance.consent.consent_state import consent_of
from nanoward.clearance.consent.fhir_consent import fhir_consents

DAY = date(2026, 1, 5)
DOCUMENT = ConsentDocumentIssued(
    document_sha256="a" * 64,
    version="1.0",
    issued=date(2026, 1, 1),
    needed=("take part",),
    optional=("share data",),
    questions=3,
    pass_mark=3,
    least_reading_s=0,
    valid_days=365,
)
SIGNED = ConsentSigned(
    participant="p1",
    document_sha256=DOCUMENT.document_sha256,
    version="1.0",
    signed=DAY,
    at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    uses=("take part", "share data"),
    witnessed_by="advocate 1",
)


def exported(*entries: Entry, as_of: date = DAY) -> list[dict[str, Any]]:
    return fhir_consents(consent_of("p1", (DOCUMENT, *entries)), as_of)


def uses(resource: dict[str, Any], kind: str) -> list[str]:
    return [
        one["code"][0]["coding"][0]["code"]
        for one in resource["provision"]["provision"]
        if one["type"] == kind
    ]


def test_a_signature_is_active_and_permits_what_was_agreed() -> None:
    (one,) = exported(SIGNED)
    assert (one["resourceType"], one["status"]) == ("Consent", "active")
    assert one["patient"] == {"reference": "Patient/p1"}
    assert one["dateTime"] == "2026-01-05T09:30:00+00:00"
    assert one["identifier"][0]["value"] == "a" * 64
    assert uses(one, "permit") == ["take part", "share data"]
    assert uses(one, "deny") == []
    # fields that R4 asks of every Consent
    assert {"status", "scope", "category"} <= set(one)
    assert "policy" in one


def test_after_revocation_it_is_inactive_and_denies_everything() -> None:  # gICS 5
    gone = ConsentWithdrawn(participant="p1", withdrawn=DAY + timedelta(days=3))
    (one,) = exported(SIGNED, gone, as_of=DAY + timedelta(days=3))
    assert one["status"] == "inactive"
    assert one["provision"]["type"] == "deny"
    assert one["provision"]["period"] == {"start": "2026-01-05", "end": "2026-01-08"}
    assert uses(one, "permit") == []
    (before,) = exported(SIGNED, gone, as_of=DAY + timedelta(days=2))
    assert before["status"] == "active"


def test_a_use_that_was_taken_back_is_denied_and_the_rest_stays() -> None:
    part = ConsentWithdrawn(participant="p1", withdrawn=DAY, uses=("share data",))
    (one,) = exported(SIGNED, part)
    assert one["status"] == "active"
    assert (uses(one, "permit"), uses(one, "deny")) == (["take part"], ["share data"])


def test_a_renewed_or_expired_signature_is_inactive() -> None:
    later = replace(SIGNED, signed=DAY + timedelta(days=40))
    first, second = exported(SIGNED, later, as_of=DAY + timedelta(days=40))
    assert (first["status"], second["status"]) == ("inactive", "active")
    (old,) = exported(SIGNED, as_of=DAY + timedelta(days=365))
    assert old["status"] == "inactive"
    assert old["provision"]["period"]["end"] == "2027-01-05"
