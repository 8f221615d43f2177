"""Progress bars on stderr, only where a person watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from nanoward.ports.progress import Step


class SilentProgress:
    """Says nothing."""

    @contextmanager
    def __call__(self, label: str, total: int) -> Iterator[Step]:  # noqa: ARG002
        yield lambda count: None  # noqa: ARG005


class TerminalProgress:
    """A bar on stderr, when stderr is a terminal."""

    @contextmanager
    def __call__(self, label: str, total: int) -> Iterator[Step]:
        from tqdm import tqdm

        with tqdm(
            total=total,
            desc=label,
            file=sys.stderr,
            disable=not sys.stderr.isatty(),
            leave=False,
        ) as bar:
            yield lambda count: _advance(bar.update, count)


def _advance(update: object, count: int) -> None:
    if callable(update):
        update(count)
