"""The tour's console: links that open once, on loopback, for simulated people alone."""

import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from tests.faces.service.console_world import held

__all__ = ["held"]
TOOL = Path(__file__).parents[2] / "tools" / "demo_console.py"


class Stays(HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: object) -> None:
        return None


def answered(link: str, host: str = "") -> tuple[int, str]:
    """Status and cookie of a link, asked once."""
    asked = Request(link, headers={"Host": host} if host else {})
    try:
        build_opener(Stays).open(asked, timeout=20)
    except HTTPError as told:
        return told.code, told.headers.get("set-cookie") or ""
    return 200, ""


@pytest.mark.timeout(120)
def test_a_link_opens_one_session_once_and_for_loopback_alone(held: Path) -> None:
    command = [sys.executable, str(TOOL), str(held), "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        links = dict(process.stdout.readline().split() for _ in range(10))
        here = urlsplit(links["nurse"]).netloc
        link = links["nurse"].replace("localhost", "127.0.0.1")
        status, cookie = answered(link, here)
        assert status == 303
        assert cookie.startswith("__Host-session=")
        assert answered(link, here)[0] == 404
        other = links["monitor"].replace("localhost", "127.0.0.1")
        assert answered(other, "ward.example")[0] == 421  # nobody answers under this name
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def test_another_host_and_a_programme_of_people_are_refused(ward: Path) -> None:
    told = subprocess.run(
        [sys.executable, str(TOOL), str(ward), "--host", "0.0.0.0"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "loopback alone" in told.stderr
    plan = ward / "programme.toml"
    text = plan.read_text(encoding="utf-8").replace('origin = "nanoward simulate', 'origin = "')
    plan.write_text(text, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, str(TOOL), str(ward)], capture_output=True, text=True, check=False
    )
    assert "no link is made" in told.stderr
