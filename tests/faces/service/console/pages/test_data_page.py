from pathlib import Path
from typing import Any

import pytest
from tests.faces.service.console_world import hidden, refused, said, send
from tests.faces.service.service_world import Doors

from nanoward.base.findings import Finding
from nanoward.faces.service.console.pages.data_page import findings_table
from nanoward.flows.queries.answer_findings import listed_findings
from nanoward.programme.access.rights import Role

LOOK, PAGE = "/console/data/look/clinical", "/console/data"
WRONG = (
    b"a,b,kind,first\nP001,P002,household,2026-04-01\n"
    b"P001,P001,household,2026-04-02\nP003,P004,household,no day\n"
)


def look(client: Any, content: bytes, name: str = "contacts.csv", **typed: str) -> Any:
    """Drop a file."""
    return client.post(LOOK, data=typed, files={"file": (name, content)})


def carried(page: str) -> dict[str, str]:
    """What the button that accepts carries."""
    import re
    from html import unescape

    form = page[page.index('class="accept"') :]
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form)
    }


@pytest.mark.hazard("H-410")
def test_a_file_s_findings_are_shown_before_anything_of_it_is_used(acting: Doors) -> None:
    nurse, folder = acting.client(Role.NURSE), Path(acting.service.path)
    before = (folder / "data/contacts.csv").read_bytes()
    page = look(nurse, WRONG)
    assert page.status_code == 200
    assert "FMT-030" in page.text  # met themselves
    assert "no day" in page.text
    assert "2 rows of contacts can be used" in page.text
    assert (folder / "data/contacts.csv").read_bytes() == before
    told = nurse.post("/console/data/accept/clinical", data=carried(page.text))
    assert "data/contacts.csv is accepted: 2 rows; 1 errors and 1 warnings" in said(told)
    assert (folder / "data/contacts.csv").read_bytes() == WRONG
    assert "Files accepted here" in told.text


def test_columns_are_told_once_and_remembered(acting: Doors) -> None:
    nurse, folder = acting.client(Role.NURSE), Path(acting.service.path)
    odd = b"proband,genosse,wie,begin\nP001,P002,household,2026-04-01\n"
    first = look(nurse, odd)
    assert "0 rows of contacts can be used" in first.text
    assert "Which column is which" in first.text
    columns = {"col-a": "proband", "col-b": "genosse", "col-kind": "wie", "col-first": "begin"}
    again = nurse.post(LOOK, data={**carried(first.text), **columns})
    assert "1 row of contacts can be used" in again.text, again.text[-3000:]
    told = nurse.post(
        "/console/data/accept/clinical", data={**carried(again.text), "remember": "yes"}
    )
    assert "is accepted: 1 rows" in said(told)
    assert 'a = "proband"' in (folder / "programme.toml").read_text()
    assert "1 row of contacts can be used" in look(nurse, odd).text


def test_whose_role_brings_no_genomes_is_told(acting: Doors) -> None:
    told = look(acting.client(Role.NURSE), b">x\nACGT\n", "x.fasta")
    assert told.status_code == 403


def test_a_file_that_nobody_reads_is_refused_with_the_next_step(acting: Doors) -> None:
    told = look(acting.client(Role.NURSE), b"\x00\x01", "..\\..\\evil.exe")
    assert told.status_code == 422
    assert "nobody reads" in refused(told)


def test_no_file_is_told_at_the_form(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    told = nurse.post(LOOK, data=hidden(nurse.get(PAGE).text, "file-clinical"))
    assert told.status_code == 422
    assert "Choose a file." in told.text


def test_a_finding_is_answered_accepted_and_given_to_a_role(acting: Doors) -> None:
    doctor = acting.client(Role.INVESTIGATOR)
    with acting.service.reading() as ports:
        name = listed_findings(ports)[0]["id"]
    told = send(doctor, PAGE, "answer-finding", "/console/data/answer", finding=name,
                answer="looked at it")  # fmt: skip
    assert "is answered" in said(told)
    told = send(doctor, PAGE, "accept-finding", "/console/data/accept-finding", finding=name,
                reason="known", until="2027-03-01")  # fmt: skip
    assert "is accepted until 2027-03-01" in said(told)
    told = send(doctor, PAGE, "assign-finding", "/console/data/assign", finding=name,
                role="site")  # fmt: skip
    assert "is with site" in said(told)


def test_no_finding_is_no_table() -> None:
    assert findings_table(()) is None
    one = Finding(code="X-1", severity="error", message="m", next_step="n", line=7, column="c")
    table = findings_table([one] * 501)
    assert table is not None
    assert table.more == "1 more of them."
