"""An S3 store of the test kit `moto` on loopback. It is a fake: what a real one promises of
consistency and limits is not shown by it."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
BUCKET = "wards"


@contextmanager
def bucket() -> Iterator[str]:
    """The endpoint of a store with the bucket "wards"; keys are any."""
    running = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **KEYS},
    )
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        endpoint = next(
            line.strip() for line in running.stdout if line.startswith("http://127.0.0.1:")
        )
        asked = urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")
        with urllib.request.urlopen(asked):
            pass
        yield endpoint
    finally:
        running.stdin.close()
        running.kill()
        running.wait()
        running.stdout.close()
