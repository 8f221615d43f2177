"""The first start: one invite for the first administrator, and roles as the ledger has them."""

from nanoward.faces.service.identity.ceremonies import drawn
from nanoward.faces.service.service_parts import Service
from nanoward.flows.access.grant_roles import Acting
from nanoward.flows.access.open_account import invite_first, is_empty
from nanoward.flows.access.role_facts import role_book, sync_accounts

TERMINAL = "terminal"


def first_invite(service: Service) -> str:
    """The link for the first administrator of an empty programme; "" where there is one.

    There is no default account. Accounts are brought into line with the ledger besides.
    """
    now = service.clock.now()
    with service.acting() as ports:
        sync_accounts(role_book(ports.ledger), service.accounts, now)
        on = Acting(ledger=ports.ledger, accounts=service.accounts, by=TERMINAL, at=now)
        if not is_empty(on):
            return ""
        secret = invite_first(on, service.identity.credentials, drawn(service))
    return f"{service.origin}/invite/{secret}"
