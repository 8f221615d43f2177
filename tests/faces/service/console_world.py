"""A small ward on which a round was held, and its console as somebody of a role sees it."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from tests.faces.service.service_world import Doors, doors

from nanoward.faces.cli import cli


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 people, 12 weeks, visits, a radar, and the round of its last day. Copy it to act."""
    folder = tmp_path_factory.mktemp("console") / "ward"
    size = ["--participants", "12", "--weeks", "12", "--seed", "7"]
    told = CliRunner().invoke(
        cli, ["simulate", str(folder), *size, "--visits", "--objects", "--quiet"]
    )
    assert told.exit_code == 0, told.output
    told = CliRunner().invoke(cli, ["round", str(folder), "--quiet"])
    assert (folder / "rounds").exists(), told.output
    return folder


@pytest.fixture(scope="session")
def reading(held: Path) -> Iterator[Doors]:
    """The doors of the ward, to look alone."""
    with doors(held) as made:
        yield made


@pytest.fixture
def acting(held: Path, tmp_path: Path) -> Iterator[Doors]:
    """The doors of a copy of the ward, to act."""
    with doors(Path(shutil.copytree(held, tmp_path / "ward"))) as made:
        yield made


def hidden(page: str, form: str) -> dict[str, str]:
    """What a form of a page carries besides what is typed."""
    found = re.search(rf'data-draft="{form}".*?</form>', page, re.DOTALL)
    assert found is not None, f"no form {form}"
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found.group(0))
    return {name: unescape(value) for name, value in pairs}


def send(client: TestClient, page: str, form: str, action: str, **typed: str) -> Any:
    """Fill a form of a page in, send it, and follow to what is said."""
    return client.post(action, data=hidden(client.get(page).text, form) | typed)


def said(answer: Any) -> str:
    """What a page says was done."""
    found = re.search(r'<p class="done"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    return unescape(found.group(1)) if found else ""


def refused(answer: Any) -> str:
    """What a page says was not taken, and why."""
    found = re.search(r'<div class="refused"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    return unescape(found.group(1)) if found else ""
