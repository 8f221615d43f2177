import shutil
from pathlib import Path

from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import doors

from nanoward.programme.access.rights import Role
from nanoward.wiring import open_ports

SITES = """
[programme]
currency = "EUR"
[programme.sites.ward]
time_zone = "UTC"
open = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
morning = "08:00"
afternoon = "13:00"
capacity = { clinician = 6, room = 6 }
[programme.needs.weekly]
clinician = 1
"""


def test_a_visit_is_asked_for_booked_and_given_back(held: Path, tmp_path: Path) -> None:
    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    plan = ward / "programme.toml"
    plan.write_text(plan.read_text() + SITES)
    with open_ports(str(ward), quiet=True, use="read") as ports:
        day = str(ports.today().replace(year=ports.today().year + 1))
    with doors(ward) as made:
        nurse = made.client(Role.NURSE)
        wish = {"participant": "P002", "kind": "weekly", "planned": day}
        told = act(nurse, "/programme/visits", wish)
        assert told.status_code == 201, told.text
        name = told.json()["booking"]
        listed = get(nurse, "/programme/visits").json()["items"]
        assert [one["booking"] for one in listed] == [name]
        body = {"participant": "P002", "kind": "weekly", "day": day, "half": "morning",
                "booking": name}  # fmt: skip
        booked = act(nurse, "/programme/visits/places", body)
        assert booked.status_code in (201, 409), booked.text
        own = made.client(Role.PARTICIPANT, participant="P003")
        assert act(own, "/programme/visits", wish).status_code == 404
        assert get(own, "/programme/visits").json()["items"] == []
        told = act(nurse, f"/programme/visits/{name}/release", {"reason": "r"})
        assert told.status_code in (201, 409)
        assert act(nurse, "/programme/visits/none/arrival").status_code == 404
        hours = {"hours": "NaN"}
        assert act(nurse, f"/programme/visits/{name}/completion", hours).status_code == 422
