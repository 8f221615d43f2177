from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_a_case_of_an_exposed_person_is_opened_and_listed(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    told = act(nurse, "/programme/exposures", {"participant": "P015"})
    assert told.status_code == 201, told.text
    name = told.json()["case"]
    listed = get(nurse, "/programme/exposures").json()["items"]
    assert name in [one["case"] for one in listed]
    body = {"day": "2026-06-01", "result": "clear"}
    assert act(nurse, f"/programme/exposures/{name}/tests", body).status_code in (409, 422)
    assert (
        act(nurse, "/programme/exposures/none/closing", {"outcome": "clear"}).status_code == 404
    )


def test_pregnancies_are_for_those_who_may(api: Doors) -> None:
    assert get(api.client(Role.NURSE), "/programme/pregnancies").json()["items"] == []
    assert get(api.client(Role.EPIDEMIOLOGIST), "/programme/pregnancies").status_code == 403
    body = {"day": "2026-06-01"}
    told = act(api.client(Role.NURSE), "/programme/pregnancies/none/contacts", body)
    assert told.status_code == 404
    own = api.client(Role.PARTICIPANT, participant="P016")
    assert act(own, "/programme/pregnancies", {"participant": "P017"}).status_code == 404
