from datetime import UTC, datetime

import polars as pl
import pytest

from nanoward.base.plan import Plan
from nanoward.flows.clearance.confirm_change import (
    NobodyConfirmsError,
    NothingToConfirmError,
    confirm_changes,
    confirmed_changes,
    open_changes,
)
from nanoward.testing.ports import memory_site

CHANGES = pl.DataFrame(
    {
        "kind": ["row", "value", "row"],
        "participant": ["P1", "P2", "P3"],
        "item": ["AE x", "AESEV", "AE y"],
        "before": ["AE x", "SEVERE", "AE y"],
        "after": ["gone", "MILD", "gone"],
        "open": [True, True, False],
        "id": ["aa", "bb", "cc"],
    }
)


def test_a_named_person_confirms_what_waits_for_one_participant() -> None:
    ports = memory_site(
        Plan(name="w", title="W", sha256=""), {}, now=datetime(2026, 11, 23, tzinfo=UTC)
    )
    waiting = open_changes(CHANGES)
    assert {who: list(some) for who, some in waiting.items()} == {"P1": ["aa"], "P2": ["bb"]}
    assert list(open_changes(CHANGES, "P2")) == ["P2"]
    entry = confirm_changes(ports, waiting, "P1", reason="a double", by="Dr A")
    assert entry.changes == ("aa",)
    assert confirmed_changes(ports.ledger, after=0) == {"aa": "Dr A"}
    assert confirmed_changes(ports.ledger, after=1) == {}


@pytest.mark.hazard("H-146")
def test_nobody_and_nothing_confirm_nothing() -> None:
    ports = memory_site(
        Plan(name="w", title="W", sha256=""), {}, now=datetime(2026, 11, 23, tzinfo=UTC)
    )
    waiting = open_changes(CHANGES)
    for by, reason in (("", "x"), ("Dr A", " ")):
        with pytest.raises(NobodyConfirmsError):
            confirm_changes(ports, waiting, "P1", reason=reason, by=by)
    with pytest.raises(NothingToConfirmError):
        confirm_changes(ports, waiting, "P3", reason="x", by="Dr A")
    assert ports.ledger.head().size == 0


@pytest.mark.hazard("H-146")
def test_where_the_plan_names_who_may_sign_no_name_alone_confirms() -> None:
    sections = {"control": {"signers": [{"name": "anna"}]}}
    plan = Plan(name="w", title="W", sha256="", sections=sections)
    ports = memory_site(plan, {}, now=datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(NobodyConfirmsError, match="key-file"):
        confirm_changes(ports, open_changes(CHANGES), "P1", reason="a double", by="Dr A")
    assert list(ports.ledger.records()) == []
