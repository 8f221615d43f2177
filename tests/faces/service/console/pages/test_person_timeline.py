import re
from pathlib import Path

from tests.faces.service.service_world import Doors

from nanoward.faces.report.person_page import render_person
from nanoward.faces.way_out import say
from nanoward.flows.queries.whole_round import whole_round
from nanoward.programme.access.rights import Role
from nanoward.wiring.service import to_read


def records(page: str) -> list[str]:
    """Records of the ledger as the page lists them, oldest first."""
    table = page[page.index("On the ledger:") :]
    return re.findall(r'<tr><td class="n">(\d+)', table)[::-1]


def test_the_person_s_section_is_the_report_s_to_the_byte(reading: Doors, held: Path) -> None:
    page = reading.client(Role.INVESTIGATOR).get("/console/people/P001").text
    with to_read(str(held)) as ports:
        report = render_person(whole_round(ports), "P001").decode()
    section = report[report.index('<section id="people">') : report.index("</main>")].strip()
    assert section in page


def test_history_of_somebody_who_left_stays_and_gains_lines(acting: Doors) -> None:
    doctor = acting.client(Role.INVESTIGATOR)
    before = records(doctor.get("/console/people/P002").text)
    say(acting.service.path, "leave", "P002", by="P002", channel="console")
    page = doctor.get("/console/people/P002").text
    after = records(page)
    assert len(before) > 3
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert "took back their consent" in page


def test_nobody_is_found_whom_the_round_does_not_know(reading: Doors) -> None:
    told = reading.client(Role.INVESTIGATOR).get("/console/people/nobody")
    assert told.status_code == 404
    assert "nobody" in told.text


def test_a_nurse_of_another_site_opens_nobody(reading: Doors) -> None:
    told = reading.client(Role.NURSE, site="elsewhere").get("/console/people/P001")
    assert told.status_code in (403, 422)
    assert "Stop the agent" not in told.text
