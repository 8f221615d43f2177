from dataclasses import replace

import pytest

from nanoward.flows.messages.exchange_bundles import NoRelayKeysError, UnknownSiteError
from nanoward.flows.messages.seal_file import seal_file, unseal_file
from nanoward.programme.messages.drafts import attachment_faults
from nanoward.programme.relays.bundle import BadBundleError
from nanoward.testing.messages import introduce, message_bay


def test_a_sealed_file_may_go_and_is_opened_at_its_site_alone() -> None:
    centre, ship, north = (message_bay(site=name) for name in ("centre", "ship", "north"))
    introduce(centre, ship)
    introduce(centre, north)
    sealed = seal_file(centre.desk, b"P001 at nine", to="ship")
    assert attachment_faults("a.bin", sealed, {"P001"}) == ()
    assert unseal_file(ship.desk, sealed) == ("centre", b"P001 at nine")
    for bay, content in ((north, sealed), (ship, sealed[1:]), (ship, sealed[:-1])):
        with pytest.raises(BadBundleError):
            unseal_file(bay.desk, content)
    with pytest.raises(UnknownSiteError):
        seal_file(ship.desk, b"x", to="north")
    for act in (seal_file, unseal_file):
        with pytest.raises(NoRelayKeysError):
            act(
                replace(ship.desk, keys=None), b"x", **({"to": "a"} if act is seal_file else {})
            )  # type: ignore[operator]


def test_a_stranger_who_knows_the_key_seals_nothing_that_counts() -> None:
    ship, spy = message_bay(site="ship"), message_bay(site="spy")
    introduce(spy, message_bay(site="x"))
    from nanoward.flows.messages.open_site import know_site

    assert ship.desk.keys is not None
    know_site(spy.desk, "ship", ship.desk.keys)
    with pytest.raises(BadBundleError, match="signed by no site"):
        unseal_file(ship.desk, seal_file(spy.desk, b"x", to="ship"))


def test_a_file_is_of_the_site_that_signed_it_and_of_no_other() -> None:
    ship, north, centre = (message_bay(site=name) for name in ("ship", "north", "centre"))
    introduce(ship, north)
    introduce(ship, centre)
    for bay, name in ((north, "north"), (centre, "centre")):
        assert unseal_file(ship.desk, seal_file(bay.desk, b"x", to="ship")) == (name, b"x")
