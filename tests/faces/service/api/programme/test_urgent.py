import pytest
from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_an_event_is_told_without_a_version_and_its_clock_runs(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    told = act(nurse, "/programme/events", {"participant": "P016", "term": "Headache"})
    assert told.status_code == 201, told.text
    name = told.json()["case"]
    (row,) = [
        one for one in get(nurse, "/programme/events").json()["items"] if one["event"] == name
    ]
    assert row["state"]
    body = {"role": "investigator", "causality": "none", "criteria": ["hospital"]}
    assert act(nurse, f"/programme/events/{name}/assessments", body).status_code in (
        201,
        409,
        422,
    )
    assert act(nurse, "/programme/events/none/decision",
               {"word": "urgent", "reason": "r"}).status_code == 404  # fmt: skip


@pytest.mark.hazard("H-458")
def test_a_participant_tells_an_event_of_their_own_and_judges_none(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P005")
    told = act(own, "/programme/events", {"participant": "P005", "term": "Headache"})
    assert told.status_code == 201, told.text
    name = told.json()["case"]
    for path, body in (
        ("decision", {"word": "not urgent", "reason": "r"}),
        ("assessments", {"role": "investigator", "causality": "none", "criteria": []}),
    ):
        refused = act(own, f"/programme/events/{name}/{path}", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "SRV-002")
    other = act(own, "/programme/events", {"participant": "P006", "term": "Headache"})
    assert other.status_code == 404
