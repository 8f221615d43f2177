"""A word for doubt: it reaches the advocate alone, and nothing else moves."""

from datetime import UTC, datetime

import pytest
from tests.flows.test_sign_consent import DOCUMENT, SIGNING

from nanoward.base.canonical import sha256_of
from nanoward.base.plan import Plan
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.report_concern import speak_doubt
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.testing.sites import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Advocate:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []

    def tell(self, *, urgency: str, subject: str, message: str) -> None:
        self.heard.append((urgency, subject, message))


@pytest.mark.hazard("H-60")
def test_doubt_withdraws_nothing_and_its_words_are_not_on_the_ledger() -> None:
    site = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    site.ledger.append([DOCUMENT], actor="council", at=NOW)
    sign_consent(site, SIGNING, by="console")
    before, advocate = on_record(site.ledger, "p"), Advocate()
    speak_doubt(site, "p", "I am not sure that I still want this", advocate=advocate)
    after = on_record(site.ledger, "p")
    assert (after.consent, after.standing) == (before.consent, before.standing)
    last = list(site.ledger.records())[-1]
    assert "not sure" not in str(last.body)
    assert last.body["words_sha256"] == sha256_of(b"I am not sure that I still want this")
    assert advocate.heard == [("today", "p", "I am not sure that I still want this")]


def test_anybody_may_doubt_without_words_and_after_leaving() -> None:
    site = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    withdraw_participant(site, "p", by="p")
    advocate = Advocate()
    speak_doubt(site, "p", "", advocate=advocate)
    assert advocate.heard[0][2].startswith("wants to speak")
    assert on_record(site.ledger, "p").standing == "withdrawn"
