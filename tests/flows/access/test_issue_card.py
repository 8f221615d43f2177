from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.access.access_world import World, new_passkey

from nanoward.flows.access.issue_card import bare, code_of, issue_card
from nanoward.flows.access.open_account import InviteOverError, accept_invite


def counted(size: int, _seen: list[int] = [0]) -> bytes:  # noqa: B006
    _seen[0] += 1
    return _seen[0].to_bytes(size, "big")


@given(secret=st.binary(min_size=16, max_size=16))
def test_a_code_is_the_same_however_it_is_typed(secret: bytes) -> None:
    code = code_of(secret)
    typed = code.lower().replace("-", " ").replace("o", "0").replace("i", "1")
    assert bare(code) == bare(typed)
    assert len(bare(code)) == 26


def test_a_card_opens_an_account_once_within_seven_days(world: World) -> None:
    card = issue_card(world.by("nia"), world.credentials, "P001", counted)
    assert card.expires == world.now + timedelta(days=7)
    made = accept_invite(
        world.by("p"), world.credentials, bare(card.sign_in), new_passkey(), world.drawn
    )
    assert (made.participant, made.roles) == ("P001", ("participant",))
    for _ in range(2):
        with pytest.raises(InviteOverError):
            accept_invite(
                world.by("p"), world.credentials, bare(card.sign_in), new_passkey(2),
                world.drawn,
            )  # fmt: skip
    again = issue_card(world.by("nia"), world.credentials, "P001", counted)
    world.later(timedelta(days=7))
    with pytest.raises(InviteOverError):
        accept_invite(
            world.by("p"), world.credentials, bare(again.sign_in), new_passkey(2), world.drawn
        )
    assert world.kinds().count("CardIssued") == 2


def test_a_new_card_is_the_same_account_s(world: World) -> None:
    card = issue_card(world.by("nia"), world.credentials, "P001", counted)
    one = accept_invite(
        world.by("p"), world.credentials, bare(card.sign_in), new_passkey(), world.drawn
    )
    card = issue_card(world.by("nia"), world.credentials, "P001", counted)
    two = accept_invite(
        world.by("p"), world.credentials, bare(card.sign_in), new_passkey(2), world.drawn
    )
    assert one.account == two.account
    assert [device.device for device in world.credentials.devices(one.account)] == ["d2"]
