from tests.faces.service.console_world import said, send
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_the_ledger_is_verified_and_a_record_proved_from_the_page(acting: Doors) -> None:
    monitor = acting.client(Role.MONITOR)
    told = send(monitor, "/console/audit", "verify", "/console/audit/verify")
    assert "Every hash is right" in said(told)
    told = send(monitor, "/console/audit", "prove", "/console/audit/prove", seq="1")
    assert "c2sp.org" in said(told), said(told)


def test_an_auditor_sees_hashes_and_no_names(reading: Doors) -> None:
    page = reading.client(Role.AUDITOR).get("/console/audit")
    assert page.status_code == 200
    assert "P001" not in page.text
