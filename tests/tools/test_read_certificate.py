"""The offline reader of certificates agrees with the house, and shares none of its code."""

import ast
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from nanoward.tuning import may_use, read_certificate
from nanoward.tuning.dosing.self_adjustment_certificate import Certificate, CertifiedSetting
from nanoward.wiring.ledgers import open_signer

TOOL = Path(__file__).parents[2] / "tools" / "read_certificate.py"
DAY = date(2026, 11, 23)


def ran(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(TOOL), str(folder / "c.json"), "--key",
               str(folder / "key.txt"), *more]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    signer = open_signer(str(tmp_path / "keys"))
    made = Certificate(
        participant="p", setting="dose", unit="mg", interval=24.0, epsilon=0.1, issued=DAY,
        observed=DAY, model_sha256="m", history_sha256="h",
        allowed=(CertifiedSetting(setting=10.0, until=DAY + timedelta(days=9)),),
    )  # fmt: skip
    (tmp_path / "c.json").write_bytes(made.content())
    (tmp_path / "c.sig").write_bytes(signer.sign(made.content()))
    (tmp_path / "key.txt").write_text(str(signer.key))
    return tmp_path


def test_it_shares_no_code_with_nanoward_and_no_network() -> None:
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(TOOL.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in node.names]
        )
    }
    assert "nanoward" not in names
    assert not names & {"socket", "urllib", "http", "requests"}


@pytest.mark.hazard("H-41")
def test_it_says_what_the_house_says(folder: Path) -> None:
    content = (folder / "c.json").read_bytes()
    house = read_certificate(content, b"", lambda *_: True)
    for setting, days in ((10.0, 0), (10.0, 10), (11.0, 0), (10.0, -1)):
        day = DAY + timedelta(days=days)
        told = ran(folder, "--setting", str(setting), "--day", str(day))
        assert told.returncode == bool(may_use(house, setting, day)), told.stdout
    assert "10 mg until 2026-12-02" in ran(folder, "--day", str(DAY)).stdout


@pytest.mark.hazard("H-41")
def test_a_changed_certificate_and_another_key_are_not_read(folder: Path) -> None:
    content = (folder / "c.json").read_bytes()
    changed = content.replace(b'"setting":10', b'"setting":90')
    assert changed != content
    (folder / "c.json").write_bytes(changed)
    assert ran(folder, "--day", str(DAY)).returncode == 2
    (folder / "c.json").write_bytes(content)
    (folder / "key.txt").write_text(str(open_signer(str(folder / "other")).key))
    told = ran(folder, "--day", str(DAY))
    assert told.returncode == 2
    assert "use no setting alone" in told.stderr
