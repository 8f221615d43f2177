"""Pages in a real browser: Debian's Chromium, the service as a process, virtual passkeys."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WAIT_S = 30
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost",
)  # fmt: skip


def chromium() -> str:
    """Where Chromium is; the test is skipped without one, and fails without one in CI."""
    found = next((one for name in ("chromium", "chromium-browser", "google-chrome")
                  if (one := shutil.which(name))), None)  # fmt: skip
    if found is None:
        told = "no Chromium is installed (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """A headless browser of Playwright's synchronous API."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The web part of a programme's service, as a process: its origin, and the process."""
    start = [sys.executable, "-m", "nanoward", "serve", str(folder), "--only", "web"]
    command = [*start, *(() if "--port" in options else ("--port", "0")), *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1], process
    finally:
        process.terminate()
        try:
            process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def passkey(context: Any, page: Any) -> Any:
    """A virtual authenticator of this page: resident keys, user verification (WebAuthn)."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    told = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, told["authenticatorId"]


def axe_violations(page: Any) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, A and AA; each with the element.

    axe is run in an isolated world, so that the page's own policy stays as it is.
    """
    import axe_playwright_python

    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    session.send("Runtime.evaluate", {"expression": script.read_text(), "contextId": world})
    tags = '["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]'
    told = session.send(
        "Runtime.evaluate",
        {
            "expression": f"axe.run(document, {{runOnly: {tags}}})"
            ".then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html)))",
            "contextId": world,
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    found: list[str] = told["result"]["value"]
    return found
