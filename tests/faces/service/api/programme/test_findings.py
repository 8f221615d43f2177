from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

FINDINGS = "/programme/findings"


def test_findings_of_the_last_round_are_listed_answered_and_accepted(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    first = get(nurse, FINDINGS, limit=1).json()["items"][0]["finding"]
    told = act(nurse, f"{FINDINGS}/{first}/answer", {"answer": "seen"})
    assert (told.status_code, told.json()["by"]) == (201, "nurse")
    body = {"reason": "known", "until": "2099-01-01"}  # longer than anybody may accept
    assert act(nurse, f"{FINDINGS}/{first}/acceptance", body).status_code == 409
    assert act(nurse, f"{FINDINGS}/{first}/assignment", {"role": "nurse"}).status_code in (
        201,
        422,
    )
    assert act(nurse, f"{FINDINGS}/none/answer", {"answer": "x"}).status_code == 404
