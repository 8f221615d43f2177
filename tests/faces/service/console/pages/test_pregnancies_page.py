from datetime import UTC, datetime

from tests.faces.service.console_world import refused, said, send
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

PAGE = "/console/pregnancies"


def test_a_case_is_opened_the_agent_held_and_the_contact_recorded(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    told = send(nurse, PAGE, "pregnancy", "/console/pregnancies/open", participant="P004",
                source="test")  # fmt: skip
    assert "is open" in said(told), refused(told)
    case = said(told).split()[0]
    told = send(nurse, PAGE, "contact", "/console/pregnancies/contact", case=case,
                day=f"{datetime.now(UTC):%Y-%m-%d}", reached="yes", pregnant="yes")  # fmt: skip
    assert told.status_code == 200, refused(told)
    assert case in said(told), refused(told)


def test_somebody_who_never_joined_is_followed_under_a_pseudonym(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    told = send(nurse, PAGE, "exposed", "/console/pregnancies/exposed", who="guest-7",
                relation="household", evidence="shared a kitchen")  # fmt: skip
    case = said(told).split()[0]
    page = nurse.get(PAGE).text
    assert case in page
    assert "guest-7" not in page
    told = send(nurse, PAGE, "test", "/console/pregnancies/test", case=case,
                day="2026-11-29", result="clear")  # fmt: skip
    assert "agree" in refused(told), said(told)


def test_the_council_sees_no_single_case(reading: Doors) -> None:
    assert (
        "<caption><span>Pregnancies</span>" not in reading.client(Role.COUNCIL).get(PAGE).text
    )
