from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_the_board_shows_everybody_s_standing_and_leads_to_the_person(reading: Doors) -> None:
    nurse = reading.client(Role.NURSE)
    page = nurse.get("/console/board")
    assert page.status_code == 200
    assert '<section id="board">' in page.text
    assert "P001" in page.text
    told = nurse.post("/console/find", data={"participant": "P001"}, follow_redirects=False)
    assert told.headers["location"] == "/console/people/P001"


def test_an_administrator_has_no_clinical_page(reading: Doors) -> None:
    told = reading.client(Role.ADMINISTRATOR).get("/console/board")
    assert told.status_code == 403
    assert "Your role does not reach this" in told.text
