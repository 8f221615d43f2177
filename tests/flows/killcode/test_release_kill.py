from dataclasses import replace
from datetime import timedelta

import pytest

from nanoward.base.entries import KillRequested
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    KillRefusedError,
    approve_kill,
    break_glass,
    request_kill,
    revoke_signer,
    withdraw_kill,
)
from nanoward.testing.desks import SIGNERS, Bay, approval_of, bay_of

ASKED = KillOrderRequest(
    participants=("P1",), mechanism="inducer", reason="end", requested_by="anna"
)


def ask(bay: Bay, **changes: object) -> KillRequested:
    return request_kill(bay.desk, bay.book, replace(ASKED, **changes), actor="anna")  # type: ignore[arg-type]


def approve(bay: Bay, request: KillRequested, *names: str) -> str:
    for name in names:
        approve_kill(bay.desk, bay.book, approval_of(request, name), actor=name)
    released = bay.book.kills[request.order].released
    return "released" if released else "open"


def test_a_request_is_bound_to_agent_lot_people_rules_and_ledger() -> None:
    bay = bay_of()
    head = bay.desk.lane.head()
    made = ask(bay, participants=("P1", "P2"))
    assert (made.agent, made.lot, made.participants) == ("A1", "L1", ("P1", "P2"))
    assert (made.ledger_size, made.ledger_hash) == (head.size, head.hash)
    assert made.expected_escapees == pytest.approx(2.0)  # 2 x 1e9 cells x 1e-9
    assert made.expires - made.not_before == timedelta(minutes=15)


@pytest.mark.hazard("H-23")
@pytest.mark.parametrize(
    "changes",
    [
        {"participants": ("P9",)},
        {"participants": ("P1", "P9")},
        {"participants": ()},
        {"mechanism": "hearsay"},
        {"holds": timedelta(minutes=16)},
    ],
)
def test_a_request_that_is_not_bound_is_refused_and_not_written(
    changes: dict[str, object],
) -> None:
    bay = bay_of()
    size = bay.desk.lane.head().size
    with pytest.raises(KillRefusedError):
        ask(bay, **changes)
    assert bay.desk.lane.head().size == size


def test_the_second_signature_releases() -> None:
    bay = bay_of()
    made = ask(bay)
    assert approve(bay, made, "anna") == "open"
    assert approve(bay, made, "ben") == "released"


def test_a_partners_agent_needs_three() -> None:
    bay = bay_of(owner="acme")
    made = ask(bay)
    assert approve(bay, made, "anna", "ben") == "open"
    assert approve(bay, made, "cara") == "released"


@pytest.mark.hazard("H-23")
def test_signatures_of_another_order_role_or_key_do_not_count_and_stand_on_the_ledger() -> None:
    bay = bay_of()
    made, other = ask(bay), ask(bay)
    good = approval_of(made, "anna")
    bad = [
        replace(approval_of(other, "anna"), order=made.order),
        replace(good, role="safety_officer"),
        replace(good, signer="ben"),
        replace(
            good, signature=("0" if good.signature[0] != "0" else "1") + good.signature[1:]
        ),
    ]
    for one in bad:
        with pytest.raises(KillRefusedError):
            approve_kill(bay.desk, bay.book, one, actor="eve")
    assert bay.kinds().count("KillSignatureRefused") == 4
    assert approve(bay, made, "anna", "ben") == "released"


def test_five_bad_signatures_lock_the_order_and_alarm() -> None:
    bay = bay_of()
    made = ask(bay)
    for _ in range(5):
        with pytest.raises(KillRefusedError):
            approve_kill(
                bay.desk,
                bay.book,
                replace(approval_of(made, "anna"), signature=""),
                actor="eve",
            )
    ended = bay.book.kills[made.order].ended
    assert ended is not None
    assert ended.how == "locked"
    assert any("locked" in message for _, _, message in bay.told.messages)
    with pytest.raises(KillRefusedError):
        approve(bay, made, "anna")


def test_a_key_with_twenty_bad_signatures_in_an_hour_is_locked_everywhere() -> None:
    bay = bay_of()
    for _ in range(5):
        made = ask(bay)
        for _ in range(4):
            bad = replace(approval_of(made, "anna"), signature="")
            with pytest.raises(KillRefusedError):
                approve_kill(bay.desk, bay.book, bad, actor="eve")
    made = ask(bay)
    with pytest.raises(KillRefusedError, match="with this key"):
        approve(bay, made, "anna")
    bay.clock.advance(timedelta(hours=1))
    assert approve(bay, ask(bay), "anna", "ben") == "released"


@pytest.mark.hazard("H-23")
def test_a_revoked_signer_voids_what_is_unreleased_and_signs_no_more() -> None:
    bay = bay_of()
    made, done = ask(bay), ask(bay)
    approve(bay, made, "anna")
    approve(bay, done, "anna", "ben")
    key = SIGNERS["anna"].key
    assert revoke_signer(bay.desk, bay.book, key, "lost", actor="ben") == (made.order,)
    assert bay.book.kills[made.order].ended is not None
    assert bay.book.kills[done.order].ended is None
    with pytest.raises(KillRefusedError, match="no key that counts"):
        approve(bay, ask(bay), "anna")


@pytest.mark.hazard("H-25")
def test_breaking_the_glass_is_told_to_the_council_at_once() -> None:
    bay = bay_of()
    made = ask(bay)
    with pytest.raises(KillRefusedError, match="no physician"):
        break_glass(bay.desk, bay.book, made.order, actor="ben")
    approve(bay, made, "anna")
    state = break_glass(bay.desk, bay.book, made.order, actor="anna")
    assert state.released is not None
    assert state.released.break_glass
    assert bay.told.messages[-1][0] == "now"
    cohort = ask(bay, participants=("P1", "P2"))
    approve(bay, cohort, "anna")
    with pytest.raises(KillRefusedError, match="more than one"):
        break_glass(bay.desk, bay.book, cohort.order, actor="anna")


def test_what_was_withdrawn_is_over() -> None:
    bay = bay_of()
    made = ask(bay)
    withdraw_kill(bay.desk, bay.book, made.order, "better", actor="anna")
    with pytest.raises(KillRefusedError, match="it ended"):
        withdraw_kill(bay.desk, bay.book, made.order, "again", actor="anna")
    with pytest.raises(KillRefusedError, match="it ended"):
        approve(bay, made, "anna")
    with pytest.raises(KillRefusedError, match="there is no"):
        withdraw_kill(bay.desk, bay.book, "nothing", "", actor="anna")
