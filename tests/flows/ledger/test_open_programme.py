import pytest

from nanoward.base.plan import Plan
from nanoward.base.tables import SAMPLES
from nanoward.flows.ledger.open_programme import BadNameError, header_of, open_programme
from nanoward.testing.fakes import MemoryFolder


def test_a_new_programme_has_a_plan_a_guide_and_headed_tables() -> None:
    folder = MemoryFolder(Plan(name="x", title="x", sha256=""), {})
    open_programme(folder, "wards/first")
    assert b'name = "first"' in folder.content("programme.toml")
    assert folder.content("data/samples.csv").decode() == header_of(SAMPLES)
    assert b"nanoward round wards/first" in folder.content("README.md")


@pytest.mark.parametrize("path", [".", "", "..", 'a"b', "a\\b"])
def test_a_programme_needs_a_name_that_can_be_written(path: str) -> None:
    with pytest.raises(BadNameError):
        open_programme(MemoryFolder(Plan(name="x", title="x", sha256=""), {}), path)
