"""Files of peers' own test suites, where somebody has put them.

NANOWARD_PEERS names a folder with checkouts: samtools/bcftools as bcftools/, samtools/htslib as
htslib/, biopython/biopython as biopython/. They are theirs and not part of this project.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))  # control_stream_oracle.py


def _peer_files(checkouts: tuple[str, ...], endings: tuple[str, ...]) -> list[Path]:
    """Files by their endings; skips the test where a checkout is not there."""
    folder = os.environ.get("NANOWARD_PEERS")
    if not folder:
        pytest.skip("NANOWARD_PEERS does not name a folder with peers' checkouts")
    for one in checkouts:
        if not (Path(folder) / one).is_dir():
            pytest.skip(f"NANOWARD_PEERS holds no checkout of {one}")
    return sorted(
        path
        for one in checkouts
        for path in (Path(folder) / one).rglob("*")
        if path.is_file() and path.name.endswith(endings)
    )


@pytest.fixture
def peer_files() -> Callable[[tuple[str, ...], tuple[str, ...]], list[Path]]:
    """Files of peers' checkouts by their endings."""
    return _peer_files
