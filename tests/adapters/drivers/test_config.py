from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from nanoward.adapters import drivers
from nanoward.adapters.drivers import config as config_module
from nanoward.adapters.drivers.config import (
    DriverConfig,
    UnknownDriverError,
    driver_kinds,
    open_named,
)


def test_drivers_are_found_by_what_their_modules_declare(tmp_path: Path) -> None:
    config = DriverConfig(name="ward", folder=tmp_path, settings={}, mechanisms={}, options={})
    driver = open_named("simulated", config)
    assert driver.name == "ward"
    driver.close()
    with pytest.raises(UnknownDriverError, match="hearsay"):
        open_named("hearsay", config)


@pytest.mark.hazard("H-454")
def test_a_broken_file_among_the_drivers_keeps_no_other_from_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kill lane opens its drivers whatever somebody laid beside them."""
    (tmp_path / "aaa.py").write_text("raise ImportError('no such library')")
    (tmp_path / "zzz.py").write_text("raise RuntimeError('half copied')")
    monkeypatch.setattr(drivers, "__path__", [str(tmp_path), *drivers.__path__])
    options = {"folder": str(tmp_path)}
    config = DriverConfig(name="w", folder=None, settings={}, mechanisms={}, options=options)
    for kind in ("simulated", "file-drop"):
        open_named(kind, config).close()
    with pytest.raises(UnknownDriverError, match="half copied"):
        open_named("hearsay", config)


def test_a_driver_of_another_package_is_opened_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def points(group: str, name: str = "") -> list[EntryPoint]:
        value = "nanoward.adapters.drivers.simulated:open_driver"
        return [EntryPoint("theirs", value, group)] if name in ("", "theirs") else []

    monkeypatch.setattr(config_module, "entry_points", points)
    config = DriverConfig(name="w", folder=tmp_path, settings={}, mechanisms={}, options={})
    open_named("theirs", config).close()
    assert "theirs" in driver_kinds()
