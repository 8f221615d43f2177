"""Envelopes judged: each way of being bad is told by a code of its own."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.tools.contradiction_forgeries import claim, signed

from nanoward.audit.claims.claim import Claim
from nanoward.audit.claims.claim_types import AuditPlan, ClaimType
from nanoward.audit.claims.intake import KnownClaims, Received, judge_envelope

NORTH = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SOUTH = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
PLAN = AuditPlan(
    partners={
        "north": NORTH.public_key().public_bytes_raw().hex(),
        "south": SOUTH.public_key().public_bytes_raw().hex(),
    },
    types={
        "iron": ClaimType(name="iron", kind="continuous", unit="mg/L", sd=1.0, benefit="low"),
        "absent": ClaimType(name="absent", kind="presence", unit="mg/L"),
        "count": ClaimType(name="count", kind="count"),
        "day": ClaimType(name="day", kind="date"),
        "stock": ClaimType(name="stock", kind="balance"),
        "share": ClaimType(name="share", kind="proportion"),
    },
)


NOTHING = KnownClaims()


def judged(one: Claim, known: KnownClaims = NOTHING, **given: Any) -> Received:
    text = signed(one, given.pop("key", NORTH)).text()
    return judge_envelope(text, PLAN, known, given.pop("programme", "w"), NOW, "f")


def codes(got: Received) -> list[str]:
    return [one.code for one in got.findings]


def test_a_sound_claim_counts() -> None:
    got = judged(claim())
    assert got.counts
    assert got.kept
    assert got.signed_by == "north"
    assert not got.findings


@pytest.mark.hazard("H-361")
def test_each_fault_of_the_envelope_has_its_own_code_and_is_no_claim() -> None:
    plain = json.loads(signed(claim(), NORTH).text())
    nobody = json.dumps({**plain, "signatures": []})
    forged = signed(replace(claim(), value=9.0), NORTH)
    forged = replace(forged, signatures=signed(claim(), NORTH).signatures)
    cases = {
        "AUD-020": judge_envelope("{}", PLAN, KnownClaims(), "w", NOW),
        "AUD-021": judge_envelope(nobody, PLAN, KnownClaims(), "w", NOW),
        "AUD-022": judged(claim(), key=SOUTH),
        "AUD-023": judge_envelope(forged.text(), PLAN, KnownClaims(), "w", NOW),
        "AUD-024": judged(claim(expires=date(2026, 11, 2))),
        "AUD-025": judged(claim(), KnownClaims(nonces={"ab" * 16})),
    }
    for code, got in cases.items():
        assert codes(got) == [code]
        assert not got.counts
        assert not got.kept


def test_another_programme_a_stranger_and_the_future_are_refused() -> None:
    assert codes(judged(claim(), programme="v")) == ["AUD-025"]
    assert codes(judged(claim(partner="east"))) == ["AUD-022"]
    ahead = claim(made=NOW + timedelta(days=1))
    assert codes(judged(ahead)) == ["AUD-024"]


@pytest.mark.parametrize(
    ("kind", "value", "unit", "code"),
    [
        ("iron", 1.0, "mol", "AUD-026"), ("iron", True, "mg/L", "AUD-031"),
        ("absent", 1.0, "mg/L", "AUD-031"), ("count", 1.5, "", "AUD-031"),
        ("count", -1.0, "", "AUD-031"), ("day", "soon", "", "AUD-031"),
        ("stock", (1.0, 1.0), "", "AUD-031"), ("share", (3.0, 2.0), "", "AUD-031"),
        ("other", 1.0, "", "AUD-029"),
    ],
)  # fmt: skip
@pytest.mark.hazard("H-371")
def test_a_unit_or_value_that_does_not_fit_is_told_kept_and_does_not_count(
    kind: str, value: object, unit: str, code: str
) -> None:
    got = judged(claim(type=kind, value=value, unit=unit))
    assert codes(got) == [code]
    assert got.kept
    assert not got.counts


def test_another_unit_of_the_same_kind_counts() -> None:
    assert judged(claim(value=1.0, unit="ug/mL")).counts


def test_an_uncertainty_wider_than_agreed_is_told_and_the_claim_counts() -> None:
    got = judged(claim(uncertainty=1.6))
    assert codes(got) == ["AUD-030"]
    assert got.counts
    assert not judged(claim(uncertainty=1.5)).findings


def test_two_claims_for_one_item_and_one_after_the_reveal_do_not_count() -> None:
    first = claim()
    known = KnownClaims(first={("north", *first.about): first})
    second = judged(claim(2.0, nonce="cd" * 16), known)
    assert codes(second) == ["AUD-028"]
    assert second.kept
    late = KnownClaims(revealed={("north", *first.about): NOW - timedelta(hours=1)})
    got = judged(first, late)
    assert codes(got) == ["AUD-027"]
    assert got.kept
    assert not got.counts
