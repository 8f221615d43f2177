"""The whole way by typed commands is in tests/safety/stories/test_gate_stories.py."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from nanoward.faces.cli.control.sealed import sealed


@pytest.mark.parametrize("name", ["draft", "sign", "issue", "use", "drill"])
def test_every_step_says_what_it_does(name: str) -> None:
    told = CliRunner().invoke(sealed, [name, "--help"])
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_a_file_that_is_no_code_is_refused(tmp_path: Path) -> None:
    from nanoward.adapters.signers.ed25519 import new_key
    from nanoward.flows.killcode.use_sealed import BadCodeError

    new_key(tmp_path / "k.pem", "secret")
    (tmp_path / "code.json").write_text("{}")
    words = ["use", str(tmp_path), str(tmp_path / "code.json"), "--key-file"]
    told = CliRunner().invoke(sealed, [*words, str(tmp_path / "k.pem")], input="y\nsecret\n")
    assert isinstance(told.exception, BadCodeError)
