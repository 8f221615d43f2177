"""What a notifier is opened with: the same for those of this package and of others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from nanoward.base.errors import UsageError
from nanoward.base.registry import Registry
from nanoward.ports.notifier import Notifier

GROUP = "nanoward.notifiers"


class UnknownNotifierError(UsageError):
    """Nobody offers a notifier of that name, or it cannot be opened as the plan says."""

    code = "USE-191"
    next_step = (
        "Install the package that offers it, or correct [programme.messages.deliveries]."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierConfig:
    """What a notifier is opened with.

    name     of the channel in [programme.messages.deliveries]
    folder   `.nanoward` of the programme
    options  the channel's own table there, without its kind
    """

    name: str
    folder: Path
    options: Mapping[str, Any]

    def text(self, key: str, usual: str | None = None) -> str:
        """A text among the options; UnknownNotifierError where it is missing."""
        value = self.options.get(key, usual)
        if not isinstance(value, str) or (usual is None and not value):
            raise UnknownNotifierError(f"the channel {self.name} needs a text {key!r}")
        return value

    def only(self, *keys: str) -> None:
        """UnknownNotifierError for an option that nobody reads."""
        unknown = sorted(set(self.options) - set(keys))
        if unknown:
            raise UnknownNotifierError(
                f"the channel {self.name} does not know {unknown[0]!r}; it knows"
                f" {', '.join(sorted(keys))}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierOffer:
    """What a notifier's module declares as NOTIFIER (one, or a tuple).

    name     `kind` in [programme.messages.deliveries.NAME]
    meaning  one line for people who choose
    opens    of a configuration; what it needs is imported there
    """

    name: str
    meaning: str
    opens: Callable[[NotifierConfig], Notifier]


NOTIFIERS = Registry("nanoward.adapters.notifiers", "NOTIFIER", NotifierOffer)


def open_notifier(kind: str, config: NotifierConfig) -> Notifier:
    """A notifier of this package, else one that an installed package offers under GROUP."""
    broken: Exception | None = None
    try:
        found = NOTIFIERS.get(kind)
    except Exception as fault:  # noqa: BLE001 - another package may offer it all the same
        found, broken = None, fault
    if found is not None:
        return found.opens(config)
    for point in entry_points(group=GROUP, name=kind):
        opens: Callable[[NotifierConfig], Notifier] = point.load()
        return opens(config)
    why = "" if broken is None else f"; one cannot be imported: {broken}"
    raise UnknownNotifierError(f"no notifier is called {kind!r}{why}") from broken


def notifier_kinds() -> tuple[str, ...]:
    """What may be named as `kind`, those of other packages too."""
    others = {one.name for one in entry_points(group=GROUP)}
    return tuple(sorted(others.union(NOTIFIERS.names())))
