import pytest
from tests.flows.access.access_world import World

from nanoward.flows.access.grant_roles import (
    NoSuchRoleError,
    confirm_role,
    decline_role,
    end_role,
    propose_role,
)
from nanoward.flows.access.role_facts import RoleRefusedError


@pytest.mark.hazard("H-399")
def test_a_role_is_in_force_when_a_second_person_has_confirmed_it(world: World) -> None:
    world.hold(ada="administrator", ben="administrator", nia="")
    propose_role(world.by("ada"), "nia", "nurse", "night shift", "g")
    assert world.roles("nia") == ()
    with pytest.raises(RoleRefusedError, match="whoever proposed"):
        confirm_role(world.by("ada"), "g")
    assert world.roles("nia") == ()
    confirm_role(world.by("ben"), "g")
    assert world.roles("nia") == ("nurse",)
    with pytest.raises(RoleRefusedError, match="no such proposal"):
        confirm_role(world.by("ben"), "g")


def test_the_second_administrator_needs_nobody_else(world: World) -> None:
    world.hold(ada="administrator", ben="", cem="")
    propose_role(world.by("ada"), "ben", "administrator", "second", "g")
    assert world.roles("ben") == ("administrator",)
    propose_role(world.by("ada"), "cem", "administrator", "third", "h")
    assert world.roles("cem") == ()


def test_a_proposal_says_why_and_names_a_role(world: World) -> None:
    world.hold(ada="administrator", ben="administrator", nia="")
    with pytest.raises(RoleRefusedError, match="no reason"):
        propose_role(world.by("ada"), "nia", "nurse", " ", "g")
    with pytest.raises(NoSuchRoleError):
        propose_role(world.by("ada"), "nia", "root", "r", "g")
    with pytest.raises(RoleRefusedError, match="only an administrator"):
        propose_role(world.by("nia"), "ben", "nurse", "r", "g")


@pytest.mark.hazard("H-403")
def test_a_role_ends_by_one_person_and_sessions_with_it(world: World) -> None:
    world.hold(ada="administrator", ben="administrator", nia="nurse")
    world.accounts.begin_session("nia", world.now)
    end_role(world.by("ada"), "nia", "nurse", "left")
    assert world.roles("nia") == ()
    assert world.accounts.sessions("nia") == []
    with pytest.raises(RoleRefusedError, match="not held"):
        end_role(world.by("ada"), "nia", "nurse", "left")


def test_a_declined_role_is_not_confirmed_later(world: World) -> None:
    world.hold(ada="administrator", ben="administrator", nia="")
    propose_role(world.by("ada"), "nia", "nurse", "r", "g")
    decline_role(world.by("ben"), "g", "not yet")
    for act in (lambda: confirm_role(world.by("ben"), "g"),
                lambda: decline_role(world.by("ben"), "g", "")):  # fmt: skip
        with pytest.raises(RoleRefusedError, match="no such proposal"):
            act()


@pytest.mark.hazard("H-403")
def test_sessions_end_also_where_the_ledger_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.hold(ada="administrator", ben="administrator", nia="nurse")
    world.accounts.begin_session("nia", world.now)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.ledger, "append", full)
    with pytest.raises(OSError, match="No space"):
        end_role(world.by("ada"), "nia", "nurse", "left")
    assert world.accounts.sessions("nia") == []
