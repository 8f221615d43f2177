"""A word for doubt: it reaches the advocate alone, and nothing else moves."""

from datetime import UTC, datetime

import pytest
from tests.flows.consent.test_sign_consent import DOCUMENT, SIGNING

from nanoward.base.canonical import sha256_of
from nanoward.base.plan import Plan
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.report_concern import report_concern
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Advocate:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        self.heard.append((urgency, subject, message))


@pytest.mark.hazard("H-60")
def test_doubt_withdraws_nothing_and_its_words_are_not_on_the_ledger() -> None:
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    ports.ledger.append([DOCUMENT], actor="council", at=NOW)
    sign_consent(ports, SIGNING, by="console")
    before, advocate = on_record(ports.ledger, "p"), Advocate()
    report_concern(ports, "p", "I am not sure that I still want this", advocate=advocate)
    after = on_record(ports.ledger, "p")
    assert (after.consent, after.standing) == (before.consent, before.standing)
    last = list(ports.ledger.records())[-1]
    assert "not sure" not in str(last.body)
    assert last.body["words_sha256"] == sha256_of(b"I am not sure that I still want this")
    assert advocate.heard == [("today", "p", "I am not sure that I still want this")]


def test_anybody_may_doubt_without_words_and_after_leaving() -> None:
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    withdraw_participant(ports, "p", by="p")
    advocate = Advocate()
    report_concern(ports, "p", "", advocate=advocate)
    assert advocate.heard[0][2].startswith("wants to speak")
    assert on_record(ports.ledger, "p").standing == "withdrawn"
