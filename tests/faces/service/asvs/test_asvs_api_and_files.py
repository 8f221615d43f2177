"""OWASP ASVS 5.0.0, V3, V4, V5, V13 to V16: the API and its files. One test for each line."""

import gzip
import json
import socket
import threading
from pathlib import Path

import pytest
from tests.faces.service.api.api_world import READING, V1, act, get
from tests.faces.service.api.conftest import api, held
from tests.faces.service.service_world import NOON, Doors

from nanoward.adapters.uploads.read_uploads import DiskReadUploads, TooMuchInflatedError
from nanoward.faces.service.guard import all_routes
from nanoward.faces.service.limits import MOST
from nanoward.faces.service.serving import Address, listen, make_service, serve
from nanoward.programme.access.rights import Role
from nanoward.testing.fakes import SteppedClock

__all__ = ["api", "held"]
READS = f"{V1}/catalogue/reads/S5/1"
SMUGGLED = (
    b"POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    b"POST /health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nabcde",
    b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: a\r\n b\x00\r\n\r\n",
    b"POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
)


def test_asvs_3_2_1_a_file_is_kept_by_a_browser_and_not_guessed(api: Doors) -> None:
    told = get(api.client(Role.INVESTIGATOR), "/tuning/fits", format="csv")
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["content-disposition"] == 'attachment; filename="fits.csv"'


def test_asvs_3_5_3_no_get_acts(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    before = get(investigator, "/audit/checkpoint").json()["size"]
    for path, route in all_routes(api.app.routes):
        methods = getattr(route, "methods", set())
        if "GET" in methods and "{" not in path and not path.endswith("/events"):
            investigator.get(path)
    assert get(investigator, "/audit/checkpoint").json()["size"] == before


def test_asvs_4_1_1_every_answer_says_its_kind(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    assert get(nurse, "/clearance/participants").headers["content-type"] == "application/json"
    told = get(nurse, "/nowhere")
    assert told.headers["content-type"] == "application/problem+json"
    headers = {"Content-Type": "text/plain", "Idempotency-Key": "k" * 10}
    path = f"{V1}/clearance/participants/P001/readings"
    odd = nurse.post(path, content=json.dumps(READING), headers=headers)
    assert odd.status_code == 422


def test_asvs_4_1_3_who_says_that_they_are_a_proxy_is_not_believed(api: Doors) -> None:
    headers = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"}
    assert api.client().get("/metrics", headers=headers).status_code == 401


def test_asvs_4_2_1_two_readings_of_one_request_are_refused(
    held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import uvicorn

    from nanoward.faces.service import serving

    monkeypatch.setattr(serving, "ENDS", ())
    made: list[uvicorn.Server] = []
    begin = uvicorn.Server.__init__

    def kept(self: uvicorn.Server, config: uvicorn.Config) -> None:
        begin(self, config)
        made.append(self)

    monkeypatch.setattr(uvicorn.Server, "__init__", kept)
    door, address = listen(Address(port=0))
    service = make_service(str(held), address, SteppedClock(NOON))
    up = threading.Event()
    thread = threading.Thread(target=serve, args=(service, door, up.set))
    thread.start()
    assert up.wait(30)
    try:
        for request in SMUGGLED:
            with socket.create_connection(("127.0.0.1", address.port), 10) as link:
                link.sendall(request)
                link.settimeout(5)
                first = link.recv(65_536)
                assert b" 200 " not in first.split(b"\r\n", 1)[0], request
                assert first.count(b"HTTP/1.1") <= 1
    finally:
        made[0].should_exit = True
        thread.join(30)


def test_asvs_5_2_1_too_much_is_refused(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    path = f"{V1}/clearance/participants/P001/readings"
    headers = {"Idempotency-Key": "k" * 10, "Content-Type": "application/json"}
    told = nurse.post(path, content=b" " * (MOST + 1), headers=headers)
    assert told.status_code == 413


@pytest.mark.parametrize("content", [b"MZ\x90", b"%PDF-1.7", b"\x1f\x8b\x08junk", b"<html>"],
                         ids=["exe", "pdf", "no-gzip", "html"])  # fmt: skip
def test_asvs_5_2_2_what_does_not_begin_like_reads_is_refused(
    api: Doors, content: bytes
) -> None:
    digest = {"Repr-Digest": f"sha-256=:{'A' * 43}=:"}
    told = api.client(Role.EPIDEMIOLOGIST).put(READS, content=content, headers=digest)
    assert told.status_code == 422
    assert told.json()["code"] in ("INP-090", "INP-091", "INP-092")


@pytest.mark.hazard("H-392")
def test_asvs_5_2_3_a_gigabyte_out_of_a_megabyte_stops_at_the_ratio(tmp_path: Path) -> None:
    uploads = DiskReadUploads(tmp_path, free=0)
    uploads.begin("S1", "1")
    packed = gzip.compress(b"@" + bytes(1 << 30), 1)
    assert len(packed) < 6 << 20
    with pytest.raises(TooMuchInflatedError):
        uploads.add("S1", "1", 0, packed)


@pytest.mark.parametrize("name", ["..%2Fx", "%2e%2e", "a%00b", "-x", "a%2Fb"])
def test_asvs_5_3_2_no_path_is_made_from_a_name(api: Doors, name: str) -> None:
    digest = {"Repr-Digest": f"sha-256=:{'A' * 43}=:"}
    told = api.client(Role.EPIDEMIOLOGIST).put(
        f"{V1}/catalogue/reads/{name}/1", content=b"@r\n", headers=digest
    )
    assert told.status_code in (404, 405, 422)
    assert not list(Path(api.service.path).glob("**/x_1*"))


def test_asvs_5_4_1_a_file_has_a_name_of_ours(api: Doors) -> None:
    told = get(api.client(Role.EPIDEMIOLOGIST), "/bonds/network", kind="graphml")
    assert told.headers["content-disposition"] == 'attachment; filename="bonds.graphml"'


def test_asvs_5_4_2_a_name_breaks_out_of_no_header() -> None:
    from nanoward.faces.service.api.parts.tables import attachment

    told = attachment(b"", 'x"\r\nSet-Cookie: a=b', "text/csv")
    assert "\r" not in told.headers["content-disposition"]
    assert told.headers["content-disposition"].count('"') == 2


def test_asvs_13_4_2_a_fault_of_ours_shows_nothing_of_the_code(api: Doors) -> None:
    assert api.app.debug is False


def test_asvs_13_4_5_the_api_s_document_needs_a_session(api: Doors) -> None:
    assert api.client().get("/api/v1/openapi.json").status_code == 401
    assert api.client().get("/docs").status_code == 404


def test_asvs_14_2_1_no_person_stands_in_a_query(api: Doors) -> None:
    from nanoward.faces.service.api.openapi import api_document

    people = {"participant", "person", "who", "subject"}
    for path in api_document(api.app)["paths"].values():
        for one in path.values():
            asked = {p["name"] for p in one.get("parameters", ()) if p["in"] == "query"}
            assert not asked & people


def test_asvs_14_3_2_nothing_of_the_api_is_stored_by_a_browser(api: Doors) -> None:
    told = get(api.client(Role.NURSE), "/clearance/participants/P001")
    assert told.headers["cache-control"] == "no-store"


def test_asvs_15_3_3_nobody_says_by_a_field_who_they_are(api: Doors) -> None:
    body = {**READING, "participant": "P002", "actor": "council"}
    told = act(api.client(Role.NURSE), "/clearance/participants/P001/readings", body)
    assert told.status_code == 422


@pytest.mark.hazard("H-393")
def test_asvs_16_2_5_no_name_stands_in_a_line(api: Doors) -> None:
    api.lines.clear()
    get(api.client(Role.NURSE), "/clearance/participants/P001")
    assert "P001" not in "".join(api.lines)


def test_asvs_16_4_1_nobody_writes_a_line_of_their_own(api: Doors) -> None:
    api.lines.clear()
    headers = {"User-Agent": '"}\n{"event": "made up"}', "X-Request-ID": "a\tb"}
    api.client().get("/x%0a%7b", headers={k: v.replace("\n", " ") for k, v in headers.items()})
    assert len(api.lines) == 1
    assert json.loads(api.lines[0])["event"] == "request"


def test_asvs_16_5_1_a_client_sees_no_trace(
    api: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nanoward.faces.service.api import clearance

    monkeypatch.setattr(clearance, "_listed", lambda *_: 1 / 0)
    told = get(api.client(Role.MONITOR), "/clearance/participants", limit=3)
    assert told.status_code == 500
    assert "ZeroDivision" not in told.text.replace(told.json()["fault"], "")
    assert "clearance.py" not in told.text


def test_asvs_16_5_3_a_ledger_that_cannot_be_read_opens_no_gate(
    held: Path, tmp_path: Path
) -> None:
    import shutil

    from tests.faces.service.service_world import doors

    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    with doors(ward) as made:
        nurse = made.client(Role.NURSE)
        (ward / "programme.toml").write_text("name = \n")
        told = act(nurse, "/clearance/participants/P001/gate", {"act": "message"})
        assert told.status_code == 422
        assert told.json()["code"] == "INP-021"
