import secrets

import pytest
from tests.faces.service.api.api_world import READING, act, get
from tests.faces.service.service_world import Doors

from nanoward.faces.service.api.parts.versions import (
    VersionMissingError,
    VersionStaleError,
    etag,
    matches,
    require_version,
    version_of,
)
from nanoward.programme.access.rights import Role
from nanoward.wiring import open_ports


@pytest.mark.hazard("H-388")
def test_an_act_on_what_changed_since_is_always_refused(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    path = "/clearance/participants/P002"
    seen = get(investigator, path).headers["etag"]
    assert act(investigator, f"{path}/readings", READING).status_code == 201
    for _ in range(3):
        told = act(investigator, f"{path}/standing", {"reason": "r"}, **{"If-Match": seen})
        assert (told.status_code, told.json()["code"]) == (412, "SRV-013")
    told = act(investigator, f"{path}/standing", {"reason": "r"})
    assert (told.status_code, told.json()["code"]) == (428, "SRV-012")


def test_what_did_not_change_is_not_sent_again(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    first = get(investigator, "/clearance/participants/P003")
    again = investigator.get(first.url, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_version_is_the_last_record_that_names_somebody(api: Doors) -> None:
    with open_ports(api.service.path, quiet=True, use="read") as ports:
        last = max(one.seq for one in ports.ledger.about("P004"))
        assert version_of(ports, "P004") == last
        assert version_of(ports, secrets.token_hex(4)) == 0
        require_version(ports, "P004", f'"1", {etag(last)}')
        with pytest.raises(VersionStaleError):
            require_version(ports, "P004", etag(last - 1))
        with pytest.raises(VersionMissingError):
            require_version(ports, "P004", None)


def test_any_version_is_that_of_somebody_who_is_there() -> None:
    assert matches("*", 3)
    assert not matches("*", 0)
    assert not matches('W/"3"', 3)
