"""The gate in use: every answer is on the ledger before it is given."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.flows.consent.test_sign_consent import DOCUMENT, SIGNING

from nanoward.base.entries import StandingDecided
from nanoward.base.entries.exit import NoticeGiven
from nanoward.base.plan import Plan
from nanoward.flows.consent.permit_act import permission_now, permit_act
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.testing.fakes import MemoryLedger
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_a_yes_and_a_no_are_both_kept_with_their_reasons() -> None:
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    assert not permit_act(ports, "p", "dose", by="nurse").allowed
    assert permit_act(ports, "p", "flush", by="nurse").allowed
    refused, permitted = ports.ledger.records()
    assert refused.kind == "clearance.ActRefused"
    assert refused.body["reasons"] == [
        "no consent is on record",
        "standing screened: dose needs cleared",
    ]
    assert permitted.kind == "clearance.ActPermitted"
    assert permitted.body["by"] == "nurse"


@pytest.mark.hazard("H-97")
def test_whoever_stands_in_the_spool_is_given_nothing_more() -> None:
    clear = StandingDecided(participant="p", standing="cleared", as_of=NOW.date(), since=None,
                            reasons=())  # fmt: skip
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    ports.ledger.append([DOCUMENT], actor="council", at=NOW)
    sign_consent(ports, replace(SIGNING, participant="p"), by="console")
    ports.ledger.append([clear], actor="round", at=NOW)
    spool = MemoryLedger()
    ports = replace(ports, spool=spool)
    known = on_record(ports.ledger, "p")
    assert permission_now(ports, known, "dose").allowed
    notice = NoticeGiven(notice="n", participant="p", wish="stop", given=NOW, by="p")
    spool.append([notice], actor="p", at=NOW)
    assert not permission_now(ports, known, "dose").allowed
    assert permission_now(ports, known, "flush").allowed
    paused = replace(known, paused=("the council has paused",))
    nobody = replace(ports, spool=None)
    assert permission_now(nobody, paused, "dose").reasons == ("the council has paused",)
