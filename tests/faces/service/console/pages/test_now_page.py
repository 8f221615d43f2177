import re
from pathlib import Path

from tests.faces.service.service_world import Doors

from nanoward.faces.service.console.pages.now_page import card
from nanoward.faces.way_out import say
from nanoward.programme.access.rights import Role


def test_a_card_says_what_is_unknown_and_never_counts_it_as_none() -> None:
    told = card("Owed", (), calm="The lane does not answer.", url="/", unknown=True)
    assert told["count"] == "?"


def test_who_leaves_stands_on_the_first_page_at_once(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    before = nurse.get("/console/now").text
    assert "Nobody left in the last 14 days." in before
    say(acting.service.path, "leave", "P002", by="P002", channel="console")
    after = nurse.get("/console/now").text
    assert re.search(r"Leaving now.*?P002", after, re.DOTALL)
    told = acting.client(Role.ADMINISTRATOR).get("/console/now").text
    assert "P002" not in told
    assert "somebody" in told


def test_everybody_begins_on_a_page_that_is_theirs(reading: Doors) -> None:
    for role, page in ((Role.NURSE, "now"), (Role.PARTNER, "partners")):
        told = reading.client(role).get("/console", follow_redirects=False)
        assert told.headers["location"] == f"/console/{page}"


def test_a_stop_opens_no_plan(acting: Doors) -> None:
    plan = Path(acting.service.path) / "programme.toml"
    plan.write_text(plan.read_text() + "\n[broken", encoding="utf-8")
    monitor = acting.client(Role.MONITOR)
    page = monitor.get("/console/now")
    assert page.status_code == 422
    assert 'href="/console/stop"' in page.text
    assert monitor.get("/console/stop").status_code == 200


def test_what_is_typed_is_kept_while_typing(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    assert nurse.post("/console/drafts", data={"owner": "forged\nbook\n00"}).status_code == 422
