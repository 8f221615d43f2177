"""Registries: what may be named, each declared by a module of one package, found by looking.

Nobody keeps a list: a file that declares itself in the package's folder is offered, on the
command line, in the documentation and at work. What is declared is small; what it needs to
work is imported when it is used.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from nanoward.base.errors import UsageError


class Declared(Protocol):
    """What a registry holds: a value with a name and a sentence that says what it is."""

    @property
    def name(self) -> str:
        """What a plan or a command line writes."""

    @property
    def meaning(self) -> str:
        """One line for people who choose."""


T = TypeVar("T", bound=Declared)


class TwoOfOneNameError(UsageError):
    """Two modules of a registry declare the same name."""

    code = "REG-001"
    next_step = "Give one of them another name: nobody can tell which is meant."


class Registry(Generic[T]):
    """Declarations of one package, by name.

    package    dotted name; its modules are looked through, those of no other folder
    attribute  what a module declares under that name: one declaration, or a tuple of them
    """

    def __init__(self, package: str, attribute: str, kind: type[T]) -> None:
        self.package, self.attribute, self.kind = package, attribute, kind

    def all(self) -> Mapping[str, T]:
        """Every declaration by its name, in order of names."""
        found: dict[str, T] = {}
        for module in self._modules():
            for one in self._declared(module):
                if one.name in found:
                    raise TwoOfOneNameError(f"{self.package} declares {one.name!r} twice")
                found[one.name] = one
        return dict(sorted(found.items()))

    def names(self) -> tuple[str, ...]:
        """What may be named, in order."""
        return tuple(self.all())

    def get(self, name: str) -> T | None:
        """One declaration; None where nobody declares it.

        A module of that very name is asked before all others, and one that cannot be imported
        keeps nobody from what another declares.
        """
        own, fault = name.replace("-", "_").lower(), None
        for file in sorted(self._files(), key=lambda one: one != own):
            try:
                module = import_module(f"{self.package}.{file}")
            except Exception as broken:  # noqa: BLE001 - told below, where nobody declares it
                fault = broken
                continue
            for one in self._declared(module):
                if one.name == name:
                    return one
        if fault is not None:
            raise fault
        return None

    def module_of(self, name: str) -> str:
        """The module that declares a name; "" where none does."""
        return next(
            (
                module.__name__
                for module in self._modules()
                if any(one.name == name for one in self._declared(module))
            ),
            "",
        )

    def _files(self) -> list[str]:
        path = import_module(self.package).__path__
        return sorted({one.name for one in pkgutil.iter_modules(path) if not one.ispkg})

    def _modules(self) -> Iterator[ModuleType]:
        for name in self._files():
            yield import_module(f"{self.package}.{name}")

    def _declared(self, module: ModuleType) -> tuple[T, ...]:
        told = getattr(module, self.attribute, ())
        several = told if isinstance(told, tuple) else (told,)
        return tuple(one for one in several if isinstance(one, self.kind))
