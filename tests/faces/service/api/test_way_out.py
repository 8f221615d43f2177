from pathlib import Path

import pytest
from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors, doors

from nanoward.programme.access.rights import Role


@pytest.mark.hazard("H-390")
def test_leaving_needs_no_version_no_key_no_plan_and_no_body(
    held: Path, tmp_path: Path
) -> None:
    import shutil

    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    with doors(ward) as made:
        own = made.client(Role.PARTICIPANT, participant="P009")
        (ward / "programme.toml").write_text("name = \n")
        told = own.post("/api/v1/clearance/participants/P009/withdrawal")
        assert told.status_code == 201, told.text
        assert told.json()["receipt"]["seq"] > 0
        assert own.get("/api/v1/clearance/participants/P009").status_code == 422  # the plan


def test_said_twice_under_one_key_is_said_once(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P010")
    path = "/clearance/participants/P010/concern"
    first = act(own, path, {"words": "I am not sure"}, key="the same key").json()
    again = act(own, path, {"words": "I am not sure"}, key="the same key").json()
    assert first["receipt"]["seq"] == again["receipt"]["seq"]
    assert again["receipt"]["repeated"] is True


def test_anybody_of_the_staff_stops_and_nobody_leaves_for_another(api: Doors) -> None:
    told = act(api.client(Role.EPIDEMIOLOGIST), "/control/stops/P001")
    assert told.status_code == 201, told.text
    assert act(api.client(Role.AUDITOR), "/control/stops/P001").status_code == 403
    nurse = api.client(Role.NURSE)
    assert act(nurse, "/clearance/participants/P001/withdrawal", {}).status_code == 403
    other = api.client(Role.PARTICIPANT, participant="P011")
    assert act(other, "/clearance/participants/P001/withdrawal", {}).status_code == 403


def test_a_use_is_taken_back_alone_and_the_person_stays(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P012")
    told = act(own, "/clearance/participants/P012/withdrawal", {"uses": ["future"]})
    assert told.status_code == 201
    seen = get(own, "/clearance/participants").json()["items"]
    assert seen[0]["standing"] != "withdrawn"
