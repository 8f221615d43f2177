import pytest

from nanoward.faces.service.console.navigation import LINKS, first_page, links_for
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import MATRIX, Role


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.PARTICIPANT])
def test_each_role_finds_the_pages_that_it_may_open_and_no_other(role: Role) -> None:
    account = Account(account="a", shown="a", roles=(role,))
    mine = {one.url for _, links in links_for(account) for one in links}
    assert mine == {one.url for one in LINKS if (one.right, role) in MATRIX}
    assert first_page(account) in mine
