"""The participants' page in a browser: web and exit as processes that a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faces.service.participant.me_world import ME, session_of

from nanoward.faces.addresses import reserve

WAIT_S = 40.0


class Processes:
    """Web and exit of one programme, each to be killed and begun again at its own address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held, self.port = reserve("127.0.0.1", 0)
        self._beside, self.exit_port = reserve("127.0.0.1", 0)
        self.own = f"http://me.localhost:{self.port}"
        self.exit_at = f"http://me.localhost:{self.exit_port}"
        self._running: dict[str, subprocess.Popen[str]] = {}

    def begin(self, name: str) -> None:
        """Start web or exit, and wait until it listens."""
        if name == "web":
            words = ["serve", str(self.folder), "--only", "web", "--port", str(self.port)]
            words += ["--exit-origin", self.exit_at]
        else:
            words = ["exit", str(self.folder), "--http", f"127.0.0.1:{self.exit_port}"]
            words += ["--own-origin", self.own]
        command = [sys.executable, "-m", "nanoward", *words]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        assert "listens" in process.stdout.readline()
        self._running[name] = process

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash or the system would."""
        process = self._running.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

    def close(self) -> None:
        """End all."""
        for name in list(self._running):
            self.kill(name)
        self._held.close()
        self._beside.close()


@contextmanager
def processes(folder: Path, *names: str) -> Iterator[Processes]:
    """Web, exit, or both, until the block ends."""
    made = Processes(folder)
    try:
        for one in names:
            made.begin(one)
        yield made
    finally:
        made.close()


def signed_in(context: Any, folder: Path, who: str = ME) -> Any:
    """The context with a session of a person, as signing in gives it."""
    context.add_cookies([{
        "name": "__Host-session", "value": session_of(folder, who),
        "url": "https://me.localhost/", "secure": True, "httpOnly": True, "sameSite": "Lax",
    }])  # fmt: skip
    return context


def until(holds: Callable[[], Any], told: Callable[[], Any] = lambda: "") -> Any:
    """Look again and again: the page's own policy lets nobody wait inside it."""
    end = time.monotonic() + WAIT_S
    while not (found := holds()):
        assert time.monotonic() < end, told()
        time.sleep(0.05)
    return found


def said(page: Any) -> str:
    """What the page says beside the way out."""
    return str(page.locator(".kept").text_content() or "")


def worker_ready(page: Any) -> bool:
    """Whether the service worker has the page, and what it keeps is there."""
    told = page.evaluate(
        "async () => !!(await navigator.serviceWorker.getRegistration('/me/'))?.active"
        " && (await caches.keys()).length === 1 && !!navigator.serviceWorker.controller"
    )
    return bool(told)
