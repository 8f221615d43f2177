"""A process of a supervised group ends in order when whoever supervises it is gone."""

import os
import signal
import sys
import threading
from collections.abc import Callable


def end_with_parent(
    handle: int | None = None, end: Callable[[], None] | None = None
) -> threading.Thread:
    """Watch the pipe that the supervisor holds open; end as on SIGTERM when it closes.

    The descriptor itself is read: a thread in a buffered read would hold a lock that the
    interpreter takes when it ends.
    """
    source = sys.stdin.fileno() if handle is None else handle

    def watch() -> None:
        while os.read(source, 1):
            pass
        (end or _terminate)()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
