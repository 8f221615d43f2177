from pathlib import Path

import pytest
from tests.faces.service.service_world import Doors

from nanoward.faces.report.page import render_report
from nanoward.faces.service.console.section_drawing import SECTIONS, draw_section
from nanoward.flows.queries.whole_round import whole_round
from nanoward.flows.round.round import Round
from nanoward.programme.access.rights import Role
from nanoward.wiring.service import to_read


@pytest.fixture(scope="session")
def round_(held: Path) -> Round:
    with to_read(str(held)) as ports:
        return whole_round(ports)


@pytest.mark.hazard("H-409")
def test_every_section_is_the_report_s_to_the_byte(round_: Round, held: Path) -> None:
    report = render_report(round_).decode()
    (file,) = held.glob("rounds/*/report.html")
    assert report == file.read_text(encoding="utf-8")
    for name in SECTIONS:
        assert draw_section(round_, name) in report, name


def test_the_console_shows_these_bytes(round_: Round, reading: Doors) -> None:
    doctor = reading.client(Role.INVESTIGATOR)
    pages = {"board": "board", "safety": "safety", "fits": "settings", "bonds": "bonds",
             "drift": "bonds", "visits": "visits", "findings": "data"}  # fmt: skip
    for section, page in pages.items():
        assert draw_section(round_, section) in doctor.get(f"/console/{page}").text, section


def test_no_section_has_a_style_or_script_of_its_own(round_: Round) -> None:
    for name in SECTIONS:
        drawn = draw_section(round_, name)
        assert " style=" not in drawn, name
        assert "<script" not in drawn, name
        assert " onload" not in drawn, name
