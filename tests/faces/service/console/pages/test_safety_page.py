from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_safety_draws_grades_and_events_for_a_monitor(reading: Doors) -> None:
    page = reading.client(Role.MONITOR).get("/console/safety")
    assert page.status_code == 200
    assert '<section id="safety">' in page.text
    assert "<svg" in page.text


def test_a_pharmacologist_sees_people_by_pseudonyms_alone(reading: Doors) -> None:
    page = reading.client(Role.PHARMACOLOGIST).get("/console/safety").text
    assert "P001" not in page
    assert "p-" in page
