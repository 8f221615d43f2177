import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path


def test_the_ward_is_served_until_it_is_stopped(ward: Path) -> None:
    command = [sys.executable, "-m", "nanoward", "serve", str(ward), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        origin = said.split()[-1]
        with urllib.request.urlopen(f"{origin}/health/ready", timeout=20) as told:
            assert json.load(told)["ready"]
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(20) == 0
