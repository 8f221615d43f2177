import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faces.service.api.api_world import V1
from tests.faces.service.service_world import Doors, doors

from nanoward.base.canonical import sha256_of
from nanoward.programme.access.rights import Role

CSV = b"sample,participant,taken\nS1,P001,2026-13-99\nS2,P002,2026-01-02\n"
BINARY = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def made(ward: Path) -> Iterator[Doors]:
    with doors(ward) as found:
        yield found


def look(client: Any, content: bytes, name: str) -> Any:
    path = f"{V1}/programme/files/findings?name={name}"
    return client.post(path, content=content, headers=BINARY)


def accept(
    client: Any, content: bytes, name: str, sha256: str = "", *, place: str = "", key: str = ""
) -> Any:
    told = sha256 or sha256_of(content)
    return client.post(
        f"{V1}/programme/files{place}?name={name}&sha256={told}",
        content=content,
        headers={**BINARY, "Idempotency-Key": key or secrets.token_hex(16)},
    )


def contacts(*pairs: tuple[str, str]) -> bytes:
    rows = "".join(f"{a},{b},household,2026-04-01\n" for a, b in pairs)
    return f"a,b,kind,first\n{rows}".encode()


def test_a_table_shows_its_findings_row_by_row_and_is_kept_nowhere(
    made: Doors, ward: Path
) -> None:
    nurse = made.client(Role.NURSE)
    before = (ward / "data" / "samples.csv").read_bytes()
    told = look(nurse, CSV, "samples.csv")
    assert told.status_code == 200, told.text
    assert [one["line"] for one in told.json()["findings"]] == [2]
    assert told.json()["tables"] == {"samples": 1}
    assert told.json()["path"] == "data/samples.csv"
    assert (ward / "data" / "samples.csv").read_bytes() == before
    assert look(nurse, CSV, "../../x.exe").status_code == 422


def test_what_was_looked_at_is_accepted_once_and_other_bytes_are_not(
    made: Doors, ward: Path
) -> None:
    nurse, key = made.client(Role.INVESTIGATOR), secrets.token_hex(16)
    content = contacts(("P001", "P002"))
    sha256 = look(nurse, content, "contacts.csv").json()["sha256"]
    changed = accept(nurse, content.replace(b"P002", b"P003"), "contacts.csv", sha256)
    assert (changed.status_code, changed.json()["code"]) == (422, "SRV-021")
    for _ in range(2):
        told = accept(nurse, content, "contacts.csv", sha256, key=key)
        assert told.status_code == 201, told.text
        assert (told.json()["rows"], told.json()["path"]) == (1, "data/contacts.csv")
    assert (ward / "data" / "contacts.csv").read_bytes() == content


@pytest.mark.hazard("H-457")
def test_one_site_brings_and_replaces_files_of_its_own_people_alone(
    made: Doors, ward: Path
) -> None:
    ours = ("P001", "P002")
    near = {"north": frozenset(ours)}
    object.__setattr__(made.service.identity, "people_at", near.get)
    nurse = made.client(Role.NURSE, site="north")
    before = (ward / "data" / "contacts.csv").read_bytes()
    for content in (contacts((ours[0], "P003")), contacts((ours[0], ours[1]))):
        told = accept(nurse, content, "contacts.csv")  # names others; replaces what names them
        assert (told.status_code, told.json()["code"]) == (409, "REF-123"), told.text
    assert (ward / "data" / "contacts.csv").read_bytes() == before
    (ward / "data" / "contacts.csv").write_bytes(contacts((ours[1], ours[0])))
    assert accept(nurse, contacts((ours[0], ours[1])), "contacts.csv").status_code == 201


def test_genomes_need_the_right_to_genomes(made: Doors) -> None:
    content = contacts(("P001", "P002"))
    assert (
        accept(made.client(Role.NURSE), content, "x.csv", place="/genomic").status_code == 403
    )
    told = accept(made.client(Role.EPIDEMIOLOGIST), content, "contacts.csv", place="/genomic")
    assert (told.status_code, told.json()["code"]) == (409, "REF-122")


@pytest.mark.hazard("H-458")
def test_a_participant_brings_no_table(made: Doors) -> None:
    own = made.client(Role.PARTICIPANT, participant="P001")
    told = accept(own, contacts(("P001", "P002")), "contacts.csv")
    assert (told.status_code, told.json()["code"]) == (403, "SRV-002")
