"""A simulated programme on disk, made once for all tests that only copy it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from nanoward.adapters.progress import SilentProgress
from nanoward.simulation import Study, write_programme

# the same examples on every machine, however slow it is
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 people, 12 weeks, planted faults. Do not change it: copy it."""
    folder = tmp_path_factory.mktemp("simulated") / "ward"
    write_programme(Study(participants=24, weeks=12, seed=7), folder, progress=SilentProgress())
    return folder


@pytest.fixture
def ward(simulated: Path, tmp_path: Path) -> Path:
    """A fresh copy of the simulated programme."""
    return Path(shutil.copytree(simulated, tmp_path / "ward"))
