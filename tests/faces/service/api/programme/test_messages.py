from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

MESSAGES = "/programme/messages"


def test_a_message_is_written_listed_and_answered_and_reading_the_list_writes_nothing(
    api: Doors,
) -> None:
    nurse = api.client(Role.NURSE)
    told = act(nurse, MESSAGES, {"body": "please look", "wants": "answer"})
    assert told.status_code == 201, told.text
    name = told.json()["message"]
    size = api.client(Role.INVESTIGATOR).get("/api/v1/audit/checkpoint").json()["size"]
    listed = get(nurse, MESSAGES, limit=200).json()["items"]
    assert name in [one["message"] for one in listed]
    again = api.client(Role.INVESTIGATOR).get("/api/v1/audit/checkpoint").json()["size"]
    assert again == size
    assert act(nurse, f"{MESSAGES}/{name}/answer", {"answer": "done"}).status_code == 201
    assert act(nurse, f"{MESSAGES}/{name}/closing", {"reason": "r"}).status_code in (201, 409)


def test_a_participant_sees_what_is_for_them_alone(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P011")
    assert get(own, MESSAGES).json()["items"] == []
    assert act(own, MESSAGES, {"to": "participant", "body": "x"}).status_code == 404
