from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_pay_and_agreement_are_the_person_s_own_to_read(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P004")
    told = get(own, "/programme/participants/P004/pay").json()
    assert (told["earned"], told["owed"]) == (0, 0)
    assert get(own, "/programme/participants/P004/agreement").json()["agreement"] is None
    assert get(own, "/programme/participants/P005/pay").status_code == 403
    assert get(own, "/programme/books").status_code == 403
    assert get(own, "/programme/agreements").json() == {"items": [], "next": None}


def test_a_document_that_is_none_is_refused(api: Doors) -> None:
    administrator = api.client(Role.ADMINISTRATOR)
    told = act(administrator, "/programme/agreements", {"name": "a.toml", "document": "x"})
    assert told.status_code in (409, 422), told.text
    body = {"sha256": "0" * 64, "signatures": []}
    path = "/programme/participants/P004/agreement"
    assert act(administrator, path, body).status_code == 422
    told = act(administrator, "/programme/participants/P004/agreements/none/end", {})
    assert told.status_code in (404, 422)
    own = api.client(Role.PARTICIPANT, participant="P004")
    told = act(own, "/programme/agreements", {"name": "a.toml", "document": "x"})
    assert told.status_code == 403
    assert get(administrator, "/programme/books").status_code == 200
