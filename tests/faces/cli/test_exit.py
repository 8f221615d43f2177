import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.faces.service.participant.me_world import spool_of, stop_code
from tests.faces.test_exit_door import ask

from nanoward.faces.cli.exit import host_and_port, notice_lines

TOLD = {"receipt": {"seq": 7, "leaf": "ab" * 32}, "owed": {"lane": "is down"}, "near": ["P001"]}


def test_a_notice_is_told_with_its_receipt_what_is_owed_and_near_names() -> None:
    assert notice_lines(TOLD, "p001") == [
        "kept as record 7, receipt abababababababab",
        "owed to the lane: is down",
        "nobody is known as 'p001'; near: P001",
    ]


@pytest.mark.hazard("H-415")
def test_the_exit_is_typed_with_a_door_over_http(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\n')
    code = stop_code(tmp_path)
    command = [sys.executable, "-m", "nanoward", "exit", str(tmp_path), "--http", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().split()[-1]
        asked = {"wish": "leave", "code": code}
        status, told, _ = ask(f"http://127.0.0.1:{port}/notice", asked)
        assert (status, json.loads(told)["receipt"]["seq"]) == (200, 1)
        process.terminate()
        assert process.wait(20) == 0
    assert len(spool_of(tmp_path)) == 1


@pytest.mark.parametrize("text", ["8443", ":1", "h:", "h:x", "h:70000"])
def test_an_address_that_is_none_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter):
        host_and_port(text)
    assert host_and_port("[::1]:8444") == ("::1", 8444)
