"""A bare programme's doors, for each test its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faces.service.identity.identity_world import bare_programme
from tests.faces.service.service_world import Doors, doors


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Doors]:
    with doors(bare_programme(tmp_path / "ward")) as opened:
        yield opened
