"""The gate in use: every answer is on the ledger before it is given."""

from datetime import UTC, datetime

from nanoward.base.plan import Plan
from nanoward.flows.consent.permit_act import permit_act
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
