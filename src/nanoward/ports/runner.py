"""Doing many independent pieces of work, in order of their answers."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from nanoward.base.errors import OutsideError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class LostWorkError(OutsideError):
    """A piece of work ended every process that took it."""

    code = "OUT-380"
    next_step = (
        "Give the processes more memory, or take out what it was made of, and run the command "
        "again: what was done is kept."
    )


@runtime_checkable
class Runner(Protocol):
    """Answers do not depend on the number of workers."""

    def map(
        self,
        work: Callable[[Item], Answer],
        items: Sequence[Item],
        *,
        step: Callable[[int], None] | None = None,
        lost: Callable[[Item], Answer] | None = None,
    ) -> list[Answer]:
        """`[work(item) for item in items]`, whatever the number of workers.

        `work` is a module-level function (or functools.partial of one) of plain values.
        The first exception, in order of items, is raised after running work has ended, and what
        raised is not tried again.

        lost  answers for an item that ended every process that took it; LostWorkError where
              None. Workers are other processes only where there are some.
        """
        ...

    def close(self) -> None:
        """Let the workers go. Closing twice is harmless."""
        ...
