from pathlib import Path

import pytest

from nanoward.adapters.drivers.config import DriverConfig, UnknownDriverError, open_named


def test_drivers_are_found_by_their_entry_points(tmp_path: Path) -> None:
    config = DriverConfig(name="ward", folder=tmp_path, settings={}, mechanisms={}, options={})
    driver = open_named("simulated", config)
    assert driver.name == "ward"
    driver.close()
    with pytest.raises(UnknownDriverError, match="hearsay"):
        open_named("hearsay", config)
