import sys
from pathlib import Path
from threading import Thread

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_ledger import AT, run

from nanoward.base.entries import ProgrammeOpened
from nanoward.flows.ledger.witness_ledger import NotCosignedError
from nanoward.wiring.ledgers import open_desk, open_ledger, serve_desk


@pytest.fixture
def ward(tmp_path: Path) -> str:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "programme.toml").write_text('name = "ward"\n')
    add(str(tmp_path / "ward"))
    return str(tmp_path / "ward")


def add(ward: str) -> None:
    with open_ledger(ward, quiet=True) as site:
        entry = ProgrammeOpened(programme="ward", title="", plan_sha256="")
        site.ledger.append([entry], actor="nurse", at=AT)


def a_witness(ward: str, folder: Path) -> str:
    key: str = run("witness", "init", str(folder), "--name", "council.example/w")["key"]
    run("witness", "trust", str(folder), run("ledger", "show", ward)["key"])
    return key


def test_a_witness_without_a_network_is_asked_by_file(ward: str, tmp_path: Path) -> None:
    folder, name = tmp_path / "council", "council.example/w"
    run("witness", "add", ward, a_witness(ward, folder))
    late = run("witness", "status", ward, "--most", "1", code=1)
    assert late["findings"][0]["code"] == "AUD-003"
    asked, answer = str(tmp_path / "request.txt"), str(tmp_path / "answer.txt")
    run("witness", "request", ward, name, "--out", asked)
    run("witness", "sign", str(folder), asked, "--out", answer)
    assert run("witness", "accept", ward, name, asked, answer)["cosigned"] == 1
    (row,) = run("witness", "status", ward, "--most", "1")["witnesses"]
    assert (row["cosigned"], row["records"], row["url"]) == (1, 1, "by file")
    with pytest.raises(NotCosignedError):
        run("witness", "sign", str(folder), asked)
    assert name in run("ledger", "checkpoint", ward)["checkpoint"]


def test_a_witness_is_asked_over_the_network(ward: str, tmp_path: Path) -> None:
    folder = tmp_path / "partner"
    key = a_witness(ward, folder)
    with serve_desk(open_desk(str(folder)), host="127.0.0.1", port=0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            run("witness", "add", ward, key, "--url", server.url)
            for size in (1, 2):
                assert run("witness", "ask", ward)["asked"][0]["cosigned"] == size
                add(ward)
        finally:
            server.shutdown()
            thread.join()


def test_a_programme_without_witnesses_says_so(ward: str) -> None:
    assert run("witness", "ask", ward)["asked"] == []
    assert run("witness", "status", ward)["witnesses"] == []
