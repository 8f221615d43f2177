from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_bonds_and_drift_stand_on_one_page_of_the_epidemiologist(reading: Doors) -> None:
    page = reading.client(Role.EPIDEMIOLOGIST).get("/console/bonds").text
    assert '<section id="bonds">' in page
    assert '<section id="drift">' in page
    assert reading.client(Role.NURSE).get("/console/bonds").status_code == 403
