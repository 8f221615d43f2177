from pathlib import Path

import pytest
from tests.faces.service.console_world import acting, held, reading

__all__ = ["acting", "held", "reading"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of a worker waits until the ward's round is held."""
    for one in items:
        if HERE in one.path.parents and one.get_closest_marker("timeout") is None:
            one.add_marker(pytest.mark.timeout(120))
