"""Choices of an option that a registry knows: read when they are asked for, not before."""

from collections.abc import Callable, Iterable

import click


class Registered(click.Choice[str]):
    """What is offered at the moment of the question; `--help` of other commands loads none.

    names  gives what may be chosen, in order
    """

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self._names, self.case_sensitive = names, True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        """Read anew each time."""
        return tuple(self._names())
