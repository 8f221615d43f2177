import tomllib

import pytest

from nanoward.flows.messages.open_site import BadSiteError, check_site, know_site, site_plan
from nanoward.testing.messages import message_bay

PLANS = (
    'name = "p"\n',
    'name = "p"\n[programme.messages]\nsite = "centre"\nquiet = []\n\n[bonds]\nx = 1\n',
    'name = "p"\n[programme.messages] # ours\nquiet = []\n',
    'name = "p"\n[programme.messages]\nquiet = []\n[programme.messages.roles.a]\nzone = "X"\n',
)


@pytest.mark.parametrize("text", PLANS)
def test_a_sites_plan_is_the_same_but_for_its_name(text: str) -> None:
    made = tomllib.loads(site_plan(text, "ship"))
    assert made["programme"]["messages"].pop("site") == "ship"
    given = tomllib.loads(text)
    given.setdefault("programme", {}).setdefault("messages", {}).pop("site", None)
    assert made == given


def test_a_plan_that_says_it_otherwise_is_refused() -> None:
    with pytest.raises((BadSiteError, tomllib.TOMLDecodeError)):
        site_plan('name = "p"\nprogramme.messages.site = "centre"\n', "ship")


def test_a_name_that_is_none_and_a_site_that_is_open() -> None:
    bay = message_bay()
    other = message_bay(site="ship").desk.keys
    assert other is not None
    for name in ("", "a b", "../x", "centre", "x" * 41):
        with pytest.raises(BadSiteError):
            check_site(bay.desk, name)
    check_site(bay.desk, "ship")
    know_site(bay.desk, "ship", other)
    kinds = [one.kind for one in bay.desk.ports.ledger.records()]
    assert kinds == ["programme.ProgrammeOpened", "messages.SiteOpened"]
    with pytest.raises(BadSiteError, match="open already"):
        check_site(bay.desk, "ship")


def test_a_plan_in_which_the_name_cannot_be_found_is_refused() -> None:
    text = 'about = """\n[programme.messages]\n"""\n[programme.messages]\nsite = "centre"\n'
    with pytest.raises(BadSiteError, match="cannot be made"):
        site_plan(text, "ship")
