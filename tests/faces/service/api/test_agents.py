from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_specs_and_lots_are_listed(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    assert get(nurse, "/agents/specs").json() == {"items": [], "next": None}
    assert get(nurse, "/agents/lots").json() == {"items": [], "next": None}
    assert get(api.client(Role.PARTNER), "/agents/lots").status_code == 403
