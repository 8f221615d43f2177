"""A process of a supervised group ends in order when whoever supervises it is gone."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO


def end_with_parent(
    pipe: IO[bytes] | None = None, end: Callable[[], None] | None = None
) -> threading.Thread:
    """Watch the pipe that the supervisor holds open; end as on SIGTERM when it closes."""
    source = pipe or sys.stdin.buffer

    def watch() -> None:
        while source.read(1):
            pass
        (end or _terminate)()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
