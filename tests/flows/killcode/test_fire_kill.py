from dataclasses import replace
from datetime import timedelta

import pytest

from nanoward.base.entries import FlushDecided
from nanoward.flows.killcode.fire_kill import fire_kill, resume_kills, review_kill, sweep_kills
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    KillRefusedError,
    approve_kill,
    break_glass,
    request_kill,
    revoke_signer,
    withdraw_kill,
)
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import (
    SIGNERS,
    Bay,
    approval_of,
    asked_of,
    bay_of,
    glass_of,
    review_of,
    revocation_of,
)


def released(bay: Bay, *people: str, signers: tuple[str, ...] = ("anna", "ben")) -> str:
    asked = KillOrderRequest(
        participants=people or ("P1", "P2"),
        mechanism="inducer",
        reason="end",
        requested_by="anna",
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    for name in signers:
        approve_kill(bay.desk, bay.book, approval_of(request, name), actor=name)
    return request.order


def test_everybody_is_intended_before_anybody_is_fired_at() -> None:
    bay = bay_of()
    order = released(bay)
    assert fire_kill(bay.desk, bay.book, order, actor="anna").people == {
        "P1": "acknowledged",
        "P2": "acknowledged",
    }
    kinds = bay.kinds()
    assert kinds.index("KillAcknowledged") > max(
        place for place, kind in enumerate(kinds) if kind == "KillIntended"
    )


@pytest.mark.hazard("H-23")
def test_nothing_is_fired_unreleased_twice_late_or_withdrawn() -> None:
    bay = bay_of()
    with pytest.raises(KillRefusedError, match="not released"):
        fire_kill(bay.desk, bay.book, released(bay, signers=("anna",)), actor="anna")
    with pytest.raises(KillRefusedError, match="there is no"):
        fire_kill(bay.desk, bay.book, "nothing", actor="anna")
    order, gone, late = released(bay), released(bay), released(bay)
    fire_kill(bay.desk, bay.book, order, actor="anna")
    with pytest.raises(KillRefusedError, match="already"):
        fire_kill(bay.desk, bay.book, order, actor="anna")
    withdraw_kill(bay.desk, bay.book, gone, "better", actor="anna")
    with pytest.raises(KillRefusedError, match="it ended"):
        fire_kill(bay.desk, bay.book, gone, actor="anna")
    bay.clock.advance(timedelta(minutes=15))
    with pytest.raises(KillRefusedError, match="expired"):
        fire_kill(bay.desk, bay.book, late, actor="anna")
    assert len(bay.agents.effects()) == 2


def test_no_order_is_set_while_a_kill_code_is_open() -> None:
    bay = bay_of()
    released(bay)
    answer = send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    assert answer.reasons == ("a kill code was released at this agent, and is not decided",)


@pytest.mark.hazard("H-74")
@pytest.mark.parametrize("outcome", ["cleared", "escaped"])
def test_after_a_kill_code_was_fired_nothing_is_set_until_it_is_decided(outcome: str) -> None:
    bay = bay_of()
    order = released(bay, "P1")
    fire_kill(bay.desk, bay.book, order, actor="anna")
    bay.clock.advance(timedelta(seconds=1))
    asked = asked_of(order="O2", issued=bay.clock.now())
    assert "is not decided" in send_order(bay.desk, bay.book, asked, actor="nurse").reasons[0]
    less = asked_of(order="O3", kind="less", issued=bay.clock.now(), key="")
    assert send_order(bay.desk, bay.book, less, actor="nurse").outcome == "done"
    decided = FlushDecided(
        order=order,
        participant="P1",
        outcome=outcome,
        response="yes",
        residual=0.0,
        earliest=None,
        latest=None,
        reasons=(),
    )
    bay.desk.lane.append([decided], actor="lane", at=bay.clock.now())
    bay.clock.advance(timedelta(seconds=1))
    again = asked_of(order="O4", issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, again, actor="nurse").outcome == "done"


@pytest.mark.hazard("H-79")
def test_a_key_revoked_after_the_release_fires_at_nobody_and_is_not_sent_again() -> None:
    bay = bay_of()
    order, owed = released(bay, "P1"), released(bay, "P2")
    bay.agents.misbehave("P2", ["silent"])
    fire_kill(bay.desk, bay.book, owed, actor="anna")
    key = SIGNERS["ben"].key
    assert revoke_signer(bay.desk, bay.book, revocation_of(key, "anna")) == (order,)
    with pytest.raises(KillRefusedError, match="revoked"):
        fire_kill(bay.desk, bay.book, order, actor="anna")
    resume_kills(bay.desk, bay.book, actor="lane")
    assert bay.book.kills[owed].people["P2"] == "failed"
    assert bay.agents.effects() == []


@pytest.mark.parametrize(
    ("faults", "after_s", "word", "effects"),
    [
        (["lost"], 30, "acknowledged", 1),
        (["silent"], 30, "acknowledged", 1),
        (["silent"], 1000, "failed", 0),
        (["lost"], 1000, "acknowledged", 1),
        (["silent", "silent"], 30, "unanswered", 0),
        (["refused"], 30, "failed", 0),
        (["lying"], 30, "acknowledged", 0),  # the flush finds it out
    ],
)
def test_a_driver_that_goes_wrong_is_settled_by_reading_back(
    faults: list[str], after_s: int, word: str, effects: int
) -> None:
    bay = bay_of()
    order = released(bay, "P1")
    bay.agents.misbehave("P1", faults)
    fire_kill(bay.desk, bay.book, order, actor="anna")
    bay.clock.advance(timedelta(seconds=after_s))
    resume_kills(bay.desk, bay.book, actor="lane")
    assert bay.book.kills[order].people["P1"] == word
    assert len(bay.agents.effects()) == effects


@pytest.mark.hazard("H-27")
def test_the_sweeper_ends_what_expired_and_alarms_once() -> None:
    bay = bay_of()
    idle, silent = released(bay, "P1"), released(bay, "P2")
    bay.agents.misbehave("P2", ["silent"])
    fire_kill(bay.desk, bay.book, silent, actor="anna")
    assert sweep_kills(bay.desk, bay.book, actor="lane") == ()
    bay.clock.advance(timedelta(minutes=16))
    for _ in range(2):
        due = sweep_kills(bay.desk, bay.book, actor="lane")
        assert [(one.order, one.message[:9]) for one in due] == [(silent, "no answer")]
    ended = bay.book.kills[idle].ended
    assert ended is not None
    assert ended.how == "expired"
    assert len(bay.told.messages) == 1


@pytest.mark.hazard("H-25")
@pytest.mark.hazard("H-77")
def test_a_review_is_made_by_somebody_else_who_is_known_by_a_key() -> None:
    bay = bay_of()
    order = released(bay, "P1", signers=())
    made = bay.book.kills[order].request
    with pytest.raises(KillRefusedError, match="was released"):
        review_kill(bay.desk, bay.book, review_of(made, "cara"))
    break_glass(bay.desk, bay.book, glass_of(made, "anna"), actor="anna")
    with pytest.raises(KillRefusedError, match="cannot review"):
        review_kill(bay.desk, bay.book, review_of(made, "anna"))
    for wrong in (
        replace(review_of(made, "cara"), signature="00"),
        replace(review_of(made, "cara"), note="something else"),
        replace(review_of(made, "cara"), reviewed_by="ben"),
        replace(review_of(made, "cara"), key="unknown"),
    ):
        with pytest.raises(KillRefusedError, match=r"no key that counts|does not verify"):
            review_kill(bay.desk, bay.book, wrong)
    review_kill(bay.desk, bay.book, review_of(made, "cara"))
    assert bay.book.kills[order].reviewed
