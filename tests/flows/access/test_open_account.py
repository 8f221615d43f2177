from datetime import timedelta

import pytest
from tests.flows.access.access_world import World, new_passkey

from nanoward.flows.access.open_account import (
    InviteOverError,
    NoNameGivenError,
    accept_invite,
    add_passkey,
    confirm_recovery,
    drawn_by,
    invite_first,
    invite_staff,
    is_empty,
    propose_recovery,
    remove_passkey,
)
from nanoward.flows.access.role_facts import RoleRefusedError


def test_secrets_have_256_bits_and_names_64() -> None:
    drawn = drawn_by(lambda size: bytes(range(size)))
    assert len(drawn.secret()) == 43
    assert len(drawn.name()) == 16


@pytest.mark.hazard("H-399")
def test_the_first_administrator_is_the_only_one_who_needs_nobody(world: World) -> None:
    on, kept = world.by("terminal"), world.credentials
    assert is_empty(on)
    void = invite_first(on, kept, world.drawn)
    secret = invite_first(on, kept, world.drawn)
    with pytest.raises(InviteOverError):
        accept_invite(on, kept, void, new_passkey(), world.drawn)
    found = accept_invite(on, kept, secret, new_passkey(), world.drawn)
    assert found.roles == ("administrator",)
    assert world.kinds()[-3:] == ["AccountOpened", "RoleConfirmed", "DeviceEnrolled"]
    with pytest.raises(RoleRefusedError, match="has an administrator"):
        invite_first(on, kept, world.drawn)
    with pytest.raises(InviteOverError):
        accept_invite(on, kept, secret, new_passkey(2), world.drawn)


@pytest.mark.hazard("H-399")
def test_two_first_invites_make_one_administrator(world: World) -> None:
    on, kept = world.by("terminal"), world.credentials
    secret = invite_first(on, kept, world.drawn)
    world.hold(ada="administrator")  # somebody was faster
    with pytest.raises(InviteOverError):
        accept_invite(on, kept, secret, new_passkey(), world.drawn)


def test_somebody_who_is_invited_has_no_role(world: World) -> None:
    world.hold(ada="administrator")
    secret = invite_staff(
        world.by("ada"), world.credentials, world.drawn, shown="  Nia  O ", site="north"
    )
    world.later(timedelta(hours=23))
    found = accept_invite(world.by("x"), world.credentials, secret, new_passkey(), world.drawn)
    assert (found.shown, found.site, found.roles) == ("Nia O", "north", ())
    with pytest.raises(NoNameGivenError):
        invite_staff(world.by("ada"), world.credentials, world.drawn, shown=" ", site="")


def test_an_invite_is_over_after_a_day(world: World) -> None:
    world.hold(ada="administrator")
    secret = invite_staff(world.by("ada"), world.credentials, world.drawn, shown="N", site="")
    world.later(timedelta(hours=24))
    with pytest.raises(InviteOverError):
        accept_invite(world.by("x"), world.credentials, secret, new_passkey(), world.drawn)


@pytest.mark.hazard("H-402")
def test_a_recovery_takes_two_administrators_and_holds_signing_for_a_day(
    world: World,
) -> None:
    world.hold(ada="administrator", ben="administrator", nia="nurse")
    account = world.accounts.account("nia")
    assert account is not None
    old = new_passkey(7)
    add_passkey(world.by("nia"), world.credentials, account, old, label="old", entries=[])
    for who in ("nia", "x"):
        with pytest.raises(RoleRefusedError):
            propose_recovery(world.by(who), "nia", "passport", "r")
    with pytest.raises(RoleRefusedError, match="identified"):
        propose_recovery(world.by("ada"), "nia", " ", "r")
    propose_recovery(world.by("ada"), "nia", "passport", "r")
    with pytest.raises(RoleRefusedError, match="whoever proposed"):
        confirm_recovery(world.by("ada"), world.credentials, world.drawn, "r")
    secret = confirm_recovery(world.by("ben"), world.credentials, world.drawn, "r")
    found = accept_invite(
        world.by("nia"), world.credentials, secret, new_passkey(8), world.drawn
    )
    assert found.roles == ("nurse",)
    assert [one.device for one in world.credentials.devices("nia")] == ["d8"]
    world.accounts.begin_session("nia", world.now)
    (session,) = world.accounts.sessions("nia")
    assert session.signs_from == world.now + timedelta(hours=24)


def test_a_removed_passkey_is_gone_at_once(world: World) -> None:
    world.hold(nia="nurse")
    account = world.accounts.account("nia")
    assert account is not None
    on = world.by("nia")
    add_passkey(on, world.credentials, account, new_passkey(), label=" ", entries=[])
    (device,) = world.credentials.devices("nia")
    assert device.label == "passkey"
    remove_passkey(on, world.credentials, account, device, "lost")
    assert world.credentials.devices("nia") == []
    assert world.kinds()[-1] == "DeviceRemoved"
