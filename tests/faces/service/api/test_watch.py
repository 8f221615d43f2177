import shutil
from pathlib import Path

from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import doors

from nanoward.programme.access.rights import Role


def test_an_incident_is_opened_taken_and_listed(held: Path, tmp_path: Path) -> None:
    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    with doors(ward) as made:
        nurse = made.client(Role.NURSE)
        body = {"cause": "water", "title": "odd water", "urgency": "today"}
        told = act(nurse, "/watch/incidents", body)
        assert told.status_code == 201, told.text
        name = told.json()["incident"]
        assert [one["incident"] for one in get(nurse, "/watch/incidents").json()["items"]] == [
            name
        ]
        assert get(nurse, f"/watch/incidents/{name}").json()["timeline"]
        refused = act(nurse, f"/watch/incidents/{name}/acknowledgement", {"note": "n"})
        assert refused.status_code in (201, 409)  # who is on no rota takes none
        assert get(nurse, "/watch/alarms").json()["items"] == []
        assert get(nurse, "/watch/incidents/none").status_code == 404
        assert act(nurse, f"/watch/incidents/{name}/resolution", {}).status_code == 422
