from tests.faces.service.identity.identity_world import role_facts
from tests.faces.service.service_world import Doors

from nanoward.faces.service.identity.first_start import first_invite
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role


def test_there_is_no_account_before_somebody_was_invited(made: Doors) -> None:
    assert made.accounts.accounts() == []
    assert first_invite(made.service).startswith(f"{made.service.origin}/invite/")
    assert made.accounts.accounts() == []


def test_a_start_brings_accounts_into_line_with_the_ledger(made: Doors) -> None:
    made.accounts.add_account(Account(account="ada", shown="ada", roles=(Role.NURSE,)))
    role_facts(made, ("ada", "administrator"))
    assert first_invite(made.service) == ""
    found = made.accounts.account("ada")
    assert found is not None
    assert found.roles == (Role.ADMINISTRATOR,)
