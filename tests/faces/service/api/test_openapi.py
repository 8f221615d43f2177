from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_the_document_is_of_now_and_for_those_who_are_signed_in(api: Doors) -> None:
    assert api.client().get("/api/v1/openapi.json").status_code == 401
    told = get(api.client(Role.NURSE), "/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    acts = [path["post"] for path in told["paths"].values() if "post" in path]
    assert all("default" in one["responses"] for one in acts)
    assert all(path.startswith("/api/v1/") for path in told["paths"])
    names = [{one["name"] for one in act["parameters"]} for act in acts]
    keyed = [many for many in names if "Idempotency-Key" in many]
    assert len(acts) - len(keyed) == 2  # looking at a file keeps nothing
