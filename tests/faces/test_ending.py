import os
import threading

from nanoward.faces.ending import end_with_parent


def test_a_process_ends_when_its_supervisor_is_gone() -> None:
    reading, writing = os.pipe()
    ended = threading.Event()
    with os.fdopen(reading, "rb") as pipe:
        watcher = end_with_parent(pipe, ended.set)
        assert not ended.wait(0.1)
        os.close(writing)
        assert ended.wait(5)
        watcher.join(5)
