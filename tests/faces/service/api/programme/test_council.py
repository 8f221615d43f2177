from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

COUNCIL = "/programme/council"


def test_matters_are_the_council_s_and_an_auditor_reads_hashes(api: Doors) -> None:
    told = get(api.client(Role.COUNCIL), COUNCIL)
    assert told.status_code == 200, told.text
    assert set(told.json()) == {"packs", "pauses", "actions"}
    assert get(api.client(Role.AUDITOR), COUNCIL).status_code == 403
    assert get(api.client(Role.NURSE), COUNCIL).status_code == 403


def test_what_the_plan_or_the_charter_does_not_know_is_refused(api: Doors) -> None:
    council = api.client(Role.COUNCIL)
    action = {"what": "w", "who": "x", "due": "2030-01-01", "query": "no such query"}
    assert act(council, f"{COUNCIL}/actions", action).status_code in (409, 422)
    assert act(council, f"{COUNCIL}/actions", {**action, "due": "soon"}).status_code == 422
    assert act(api.client(Role.NURSE), f"{COUNCIL}/pauses", {"reason": "r"}).status_code == 403
