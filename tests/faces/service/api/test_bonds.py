from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_the_network_is_a_file_for_those_who_may(api: Doors) -> None:
    told = get(api.client(Role.EPIDEMIOLOGIST), "/bonds/network", kind="graphml")
    assert told.headers["content-disposition"] == 'attachment; filename="bonds.graphml"'
    assert b"graphml" in told.content
    assert get(api.client(Role.NURSE), "/bonds/network").status_code == 403
