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


class RegisteredOrFile(click.ParamType[str]):
    """A name that a registry offers, or the path of a file; which of them is seen at work."""

    name = "name or file"

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self._names = names

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        shown = "|".join([*self._names(), "FILE"])
        return f"{{{shown}}}" if param.required else f"[{shown}]"

    def convert(
        self,
        value: str,
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> str:
        return value
