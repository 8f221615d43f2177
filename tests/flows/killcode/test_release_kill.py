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
from nanoward.testing.desks import SIGNERS, Bay, approval_of, bay_of, glass_of, revocation_of

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


@pytest.mark.hazard("H-76")
def test_rubbish_in_somebodys_name_locks_nobody_out_and_ends_no_order() -> None:
    bay = bay_of()
    made = ask(bay)
    for place in range(30):
        rubbish = f"{place:02x}"
        bad = replace(approval_of(made, "anna"), signature=rubbish)
        with pytest.raises(KillRefusedError, match="does not verify"):
            approve_kill(bay.desk, bay.book, bad, actor="eve")
        bad = replace(glass_of(made, "anna"), signature=rubbish)
        with pytest.raises(KillRefusedError, match="does not verify"):
            break_glass(bay.desk, bay.book, bad, actor="eve")
    assert bay.book.kills[made.order].ended is None
    assert approve(bay, made, "anna", "ben") == "released"


@pytest.mark.hazard("H-76")
def test_a_signature_that_is_replayed_does_not_count_against_its_maker() -> None:
    bay = bay_of()
    made = ask(bay)
    approve(bay, made, "anna")
    for _ in range(30):
        with pytest.raises(KillRefusedError, match="signed already"):
            approve_kill(bay.desk, bay.book, approval_of(made, "anna"), actor="eve")
    assert approve(bay, ask(bay), "anna", "ben") == "released"


@pytest.mark.hazard("H-76")
def test_who_signs_again_and_again_what_does_not_count_is_locked_alone_and_told() -> None:
    bay = bay_of()
    made = ask(bay)
    for role in ("safety_officer", "council", "nurse", "king", "queen"):
        with pytest.raises(KillRefusedError):
            approve_kill(bay.desk, bay.book, approval_of(made, "anna", role), actor="anna")
    assert [message for _, _, message in bay.told.messages] == [
        "anna signs again and again what does not count"
    ]
    with pytest.raises(KillRefusedError, match="misused too often"):
        approve(bay, made, "anna")
    assert approve(bay, made, "ben") == "open"  # nobody else is barred
    for _ in range(3):
        other = ask(bay)
        for role in ("safety_officer", "council", "nurse", "king", "queen"):
            with pytest.raises(KillRefusedError):
                approve_kill(bay.desk, bay.book, approval_of(other, "anna", role), actor="anna")
    with pytest.raises(KillRefusedError, match="of this key did not count"):
        approve(bay, ask(bay), "anna")
    bay.clock.advance(timedelta(hours=1))
    assert approve(bay, ask(bay), "anna", "ben") == "released"


@pytest.mark.hazard("H-78")
def test_twelve_people_in_three_orders_of_an_afternoon_need_the_council() -> None:
    people = [f"P{place}" for place in range(12)]
    bay = bay_of(people)
    for place in (0, 4):
        assert (
            approve(bay, ask(bay, participants=tuple(people[place : place + 4])), "anna", "ben")
            == "released"
        )
        bay.clock.advance(timedelta(hours=1))
    third = ask(bay, participants=tuple(people[8:]))
    assert approve(bay, third, "anna", "ben") == "open"
    assert approve(bay, third, "cara") == "released"
    bay.clock.advance(timedelta(hours=25))
    assert approve(bay, ask(bay, participants=("P0",)), "anna", "ben") == "released"


@pytest.mark.hazard("H-23")
def test_a_revoked_signer_voids_what_is_unreleased_and_signs_no_more() -> None:
    bay = bay_of()
    made, done = ask(bay), ask(bay)
    approve(bay, made, "anna")
    approve(bay, done, "anna", "ben")
    key = SIGNERS["anna"].key
    void = revoke_signer(bay.desk, bay.book, revocation_of(key, "ben"))
    assert void == (made.order, done.order)
    assert bay.book.kills[made.order].ended is not None
    assert bay.book.kills[done.order].ended is not None
    assert "ben revoked the key: lost" in bay.told.messages[-1][2]
    with pytest.raises(KillRefusedError, match="no key that counts"):
        approve(bay, ask(bay), "anna")


@pytest.mark.hazard("H-79")
def test_nobody_revokes_a_key_without_a_key() -> None:
    bay = bay_of()
    key = SIGNERS["anna"].key
    for wrong in (
        replace(revocation_of(key, "ben"), signature="00"),
        replace(revocation_of(key, "ben"), by="cara"),
        replace(revocation_of(key, "ben"), key=SIGNERS["cara"].key),
        replace(revocation_of(key, "ben"), by_key="unknown"),
    ):
        with pytest.raises(KillRefusedError, match="no key that counts"):
            revoke_signer(bay.desk, bay.book, wrong)
    assert approve(bay, ask(bay), "anna", "ben") == "released"


@pytest.mark.hazard("H-25")
@pytest.mark.hazard("H-75")
def test_breaking_the_glass_is_told_to_the_council_at_once() -> None:
    bay = bay_of()
    made = ask(bay)
    with pytest.raises(KillRefusedError, match="only a physician"):
        break_glass(bay.desk, bay.book, glass_of(made, "ben"), actor="ben")
    approve(bay, made, "anna")
    with pytest.raises(KillRefusedError, match="as one that breaks the glass"):
        break_glass(bay.desk, bay.book, approval_of(made, "anna"), actor="eve")
    state = break_glass(bay.desk, bay.book, glass_of(made, "anna"), actor="anna")
    assert state.released is not None
    assert state.released.break_glass
    assert bay.told.messages[-1][0] == "now"
    cohort = ask(bay, participants=("P1", "P2"))
    approve(bay, cohort, "anna")
    with pytest.raises(KillRefusedError, match="more than one"):
        break_glass(bay.desk, bay.book, glass_of(cohort, "anna"), actor="anna")


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
