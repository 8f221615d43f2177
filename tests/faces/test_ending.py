import os
import subprocess
import sys
import threading

from nanoward.faces.ending import end_with_parent


def test_a_process_ends_when_its_supervisor_is_gone() -> None:
    reading, writing = os.pipe()
    ended = threading.Event()
    watcher = end_with_parent(reading, ended.set)
    assert not ended.wait(0.1)
    os.close(writing)
    assert ended.wait(5)
    watcher.join(5)
    os.close(reading)


def test_one_that_ends_by_itself_ends_quietly() -> None:
    """A thread that reads a buffered stdin is fatal to an interpreter that ends."""
    code = "from nanoward.faces.ending import end_with_parent; end_with_parent(); print('x')"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.wait(20) == 0
        assert process.stderr.read() == b""
