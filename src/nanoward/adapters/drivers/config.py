"""What a driver is opened with: the same for those of this package and of others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from nanoward.base.errors import UsageError
from nanoward.base.registry import Registry
from nanoward.ports.driver import Driver, SettingLimit

GROUP = "nanoward.drivers"


class UnknownDriverError(UsageError):
    """Nobody offers a driver of that name."""

    code = "USE-060"
    next_step = "Install the package that offers it, or correct [control.drivers]."


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverConfig:
    """What a driver is opened with.

    folder      where it may keep what it must not forget; None: in memory alone
    settings    settings of the agent, with units and the widest range that may be set
    mechanisms  kill mechanisms to their largest dose
    options     the driver's own table of [control.drivers]
    owner       the programme, as a device that others command too tells it from them
    """

    name: str
    folder: Path | None
    settings: Mapping[str, SettingLimit]
    mechanisms: Mapping[str, float]
    options: Mapping[str, Any]
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverOffer:
    """What a driver's module declares as DRIVER.

    name     `kind` in [control.drivers.NAME]
    meaning  one line for people who choose
    opens    of a configuration; what it needs is imported there
    """

    name: str
    meaning: str
    opens: Callable[[DriverConfig], Driver]


DRIVERS = Registry("nanoward.adapters.drivers", "DRIVER", DriverOffer)


def open_named(kind: str, config: DriverConfig) -> Driver:
    """A driver of this package, else one that an installed package offers under GROUP."""
    broken: Exception | None = None
    try:
        found = DRIVERS.get(kind)
    except Exception as fault:  # noqa: BLE001 - another package may offer it all the same
        found, broken = None, fault
    if found is not None:
        return found.opens(config)
    for point in entry_points(group=GROUP, name=kind):
        opens: Callable[[DriverConfig], Driver] = point.load()
        return opens(config)
    why = "" if broken is None else f"; one cannot be imported: {broken}"
    raise UnknownDriverError(f"no driver is called {kind!r}{why}") from broken


def driver_kinds() -> tuple[str, ...]:
    """What may be named as `kind`, those of other packages too."""
    others = {one.name for one in entry_points(group=GROUP)}
    return tuple(sorted(others.union(DRIVERS.names())))
