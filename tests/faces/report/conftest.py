"""Pages that several tests look at: rendered once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rounds import empty_round, full_round, hollow_round

from nanoward.faces.report import render_report


@pytest.fixture(scope="session")
def full_page() -> str:
    return render_report(full_round()).decode("utf-8")


@pytest.fixture(scope="session")
def empty_page() -> str:
    return render_report(empty_round()).decode("utf-8")


@pytest.fixture(scope="session")
def hollow_page() -> str:
    return render_report(hollow_round()).decode("utf-8")
