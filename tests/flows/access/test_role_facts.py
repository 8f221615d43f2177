from datetime import timedelta

import pytest
from tests.flows.access.access_world import World

from nanoward.base.entries.programme import RoleConfirmed, RoleEnded, RoleProposed
from nanoward.flows.access.role_facts import append_fact, role_book, sync_accounts
from nanoward.ports.ledger import LedgerMovedError


@pytest.mark.hazard("H-403")
def test_accounts_follow_the_ledger_and_sessions_end_with_a_role(world: World) -> None:
    world.hold(ada="administrator", nia="nurse")
    value = world.accounts.begin_session("nia", world.now)
    assert sync_accounts(role_book(world.ledger), world.accounts, world.now) == ()
    assert len(world.accounts.sessions("nia")) == 1
    ended = RoleEnded(account="nia", role="nurse", ended_by="ada", reason="")
    world.ledger.append([ended], actor="ada", at=world.now)
    assert sync_accounts(role_book(world.ledger), world.accounts, world.now) == ("nia",)
    assert world.accounts.sessions("nia") == []
    assert value


@pytest.mark.hazard("H-402")
def test_whoever_granted_a_role_cannot_use_it_for_a_day(world: World) -> None:
    world.hold(ada="administrator", ben="administrator", nia="nurse")
    given = [
        RoleProposed(grant="g", account="nia", role="monitor", proposed_by="ada", reason="r"),
        RoleConfirmed(grant="h", account="ada", role="monitor", confirmed_by="ben"),
    ]
    world.ledger.append(given, actor="ben", at=world.now)
    sync_accounts(role_book(world.ledger), world.accounts, world.now)
    world.accounts.begin_session("ada", world.now)
    (session,) = world.accounts.sessions("ada")
    assert sorted(session.account.roles) == ["administrator"]
    world.later(timedelta(hours=24))
    world.accounts.end_sessions("ada")
    world.accounts.begin_session("ada", world.now)
    (session,) = world.accounts.sessions("ada")
    assert sorted(session.account.roles) == ["administrator", "monitor"]


def test_what_was_decided_by_an_older_ledger_is_not_written(world: World) -> None:
    world.hold(ada="administrator")
    with pytest.raises(LedgerMovedError):
        append_fact(world.ledger, [], actor="ada", at=world.now, after=0)
