from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_the_history_of_a_consent_is_read_by_who_may(api: Doors) -> None:
    told = get(api.client(Role.MONITOR), "/clearance/participants/P002/consent").json()
    assert told["status"] == "active"
    assert told["uses"] == ["future", "research"]
    assert [one["kind"] for one in told["history"]] == ["ConsentSigned"]
    other = get(api.client(Role.PHARMACOLOGIST), "/clearance/participants/P002/consent")
    assert other.status_code == 403


def test_the_consent_of_nobody_is_not_there(api: Doors) -> None:
    told = get(api.client(Role.MONITOR), "/clearance/participants/P404/consent")
    assert told.status_code == 404
