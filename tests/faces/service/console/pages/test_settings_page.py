from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_settings_shows_fits_to_those_who_may_read_them(reading: Doors) -> None:
    page = reading.client(Role.INVESTIGATOR).get("/console/settings")
    assert '<section id="fits">' in page.text
    assert reading.client(Role.EPIDEMIOLOGIST).get("/console/settings").status_code == 403
