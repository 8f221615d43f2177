from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.witnesses.desk import FolderDesk, make_desk
from nanoward.adapters.witnesses.http import HttpWitness, WitnessServer, WitnessSilentError
from nanoward.adapters.witnesses.witness_list import WitnessFiles
from nanoward.audit.checkpoints import checkpoint_of
from nanoward.base.entries import ProgrammeOpened
from nanoward.base.errors import UsageError
from nanoward.flows.ledger.witness_ledger import ask_witness, request_for
from nanoward.ports.witness import KnownWitness
from nanoward.testing.fakes import SteppedClock

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = ProgrammeOpened(programme="ward", title="Ward", plan_sha256="")


@pytest.fixture
def desk(tmp_path: Path) -> FolderDesk:
    make_desk(tmp_path / "witness", name="council.example/w")
    return FolderDesk(tmp_path / "witness", SteppedClock(AT))


@pytest.fixture
def server(desk: FolderDesk) -> Iterator[WitnessServer]:
    with WitnessServer(desk) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_ledger_is_witnessed_over_the_network(
    desk: FolderDesk, server: WitnessServer, tmp_path: Path
) -> None:
    ledger, files = SqliteLedger(tmp_path / "ledger.db"), WitnessFiles(tmp_path / "list")
    desk.trust(ledger.key())
    known = KnownWitness(key=desk.key, url=server.url)
    for size in (2, 4, 6):
        ledger.append([ENTRY] * 2, actor="nurse", at=AT)
        known = ask_witness(ledger, files, known, HttpWitness(server.url))
        assert known.cosigned is not None
        assert checkpoint_of(known.cosigned).size == size
    assert list(files.known()) == [known]
    forgetful = KnownWitness(key=desk.key, url=server.url)  # learns the size from the answer
    assert ask_witness(ledger, files, forgetful, HttpWitness(server.url)).cosigned is not None
    ledger.close()


def test_answers_are_those_of_the_protocol(
    desk: FolderDesk, server: WitnessServer, tmp_path: Path
) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([ENTRY], actor="nurse", at=AT)
    request = str(request_for(ledger, KnownWitness(key=desk.key)))

    def told(method: str, path: str, body: bytes, **headers: str) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Content-Type", ""), content

    assert told("POST", "/add-checkpoint", request.encode())[0] == 404
    desk.trust(ledger.key())
    assert told("POST", "/other", request.encode())[0] == 404
    assert told("POST", "/add-checkpoint", b"\xff")[0] == 400
    assert told("POST", "/add-checkpoint", b"x")[0] == 400
    assert told("POST", "/add-checkpoint", b"x" * 70_000)[0] == 400
    status, _, content = told("POST", "/any/prefix/add-checkpoint", request.encode())
    assert status == 200
    assert content.startswith("\u2014 council.example/w ")
    again = told("POST", "/add-checkpoint", request.encode())
    assert again == (409, "text/x.tlog.size", "1\n")
    assert told("GET", "/add-checkpoint", b"")[0] == 501
    ledger.close()


def test_a_witness_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(WitnessSilentError):
        HttpWitness("http://127.0.0.1:9", timeout_s=1).answer("x")
    for address in ("ftp://x", "council.example", ""):
        with pytest.raises(UsageError):
            HttpWitness(address)
