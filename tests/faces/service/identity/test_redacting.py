import polars as pl
from tests.faces.service.identity.identity_world import enrolled
from tests.faces.service.service_world import NOON, Doors

from nanoward.faces.service.guard import Visitor
from nanoward.faces.service.identity.redacting import redacted
from nanoward.ports.service.accounts import Session
from nanoward.programme.access.rights import Grant, Right, Role, Scope

TABLE = pl.DataFrame({"participant": ["P001", "P002"], "alt": [30.0, 31.0]})


def visitor(made: Doors, site: str, scope: Scope = Scope.SITE) -> Visitor:
    enrolled(made, "nia", "nurse", number=1, site=site)
    account = made.accounts.account("nia")
    assert account is not None
    session = Session(key="k", account=account, began=NOON, seen=NOON, stepped_up=NOON)
    held = Grant(right=Right.READ_CLINICAL, role=Role.NURSE, scope=scope)
    return Visitor(session=session, grant=held)


def test_a_visitor_of_a_site_sees_the_people_of_that_site(made: Doors) -> None:
    object.__setattr__(
        made.service.identity, "people_at", lambda site: frozenset({"P002"} if site else ())
    )
    assert redacted(made.service, visitor(made, "north"), TABLE)["participant"].to_list() == [
        "P002"
    ]


def test_without_sites_everybody_is_of_one(made: Doors) -> None:
    assert redacted(made.service, visitor(made, ""), TABLE).height == 2


def test_pseudonyms_are_made_with_the_programme_s_own_key(made: Doors) -> None:
    told = redacted(made.service, visitor(made, "", Scope.PSEUDONYMS), TABLE)
    assert all(one.startswith("p-") for one in told["participant"])
