"""The SDC driver on loopback, in a process of its own.

The sdc11073 library leaves sockets and event loops to the garbage collector, and warns of its
own deprecated parts; here warnings are errors, so its tests get a process without that rule.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sdc11073")
OPTIONS = ("-p", "no:randomly", "-p", "no:cacheprovider", "-o", "filterwarnings=default")
FILE = Path(__file__).with_name("sdc_loopback.py")


@pytest.mark.hazard("H-20")
@pytest.mark.hazard("H-21")
def test_the_sdc_driver_keeps_its_promises_with_the_real_library() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", str(FILE), "-q", *OPTIONS],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert told.returncode == 0, told.stdout[-4000:]
    assert "27 passed" in told.stdout, told.stdout[-500:]
