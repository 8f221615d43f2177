"""Fakes of every port that need no disk, no time and no second process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.base.canonical import sha256_of
from nanoward.base.errors import IntegrityError, UsageError
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.ports.folder import FileName, is_place_of_data
from nanoward.ports.progress import Step
from nanoward.ports.runner import Answer, Item
from nanoward.testing.memory_keys import MemoryPeople, MemorySigner, counted_chance
from nanoward.testing.memory_rows import MemoryRows


class MemoryLedger(TreeLedger):
    """A ledger that is gone with the process: the same tree, receipts and proofs as the others.

    seed  of its keys and its chance: two of one seed with the same records have the same root
    """

    def __init__(self, seed: str = "memory") -> None:
        chance = counted_chance(seed)
        super().__init__(
            MemoryRows(),
            signer=MemorySigner(seed),
            people=MemoryPeople(counted_chance(f"people of {seed}")),
            chance=chance,
        )


class MemoryBlobs:
    """Blobs that are gone with the process."""

    def __init__(self) -> None:
        self._contents: dict[Sha256, bytes] = {}
        self._notes: dict[str, Sha256] = {}

    def take(self, other: "MemoryBlobs") -> None:
        """Take what another store holds and has noted."""
        self._contents |= other._contents  # noqa: SLF001 - of its own kind
        self._notes |= other._notes  # noqa: SLF001

    def put(self, content: bytes) -> Sha256:
        name = sha256_of(content)
        self._contents[name] = bytes(content)
        return name

    def put_all(self, contents: Sequence[bytes]) -> tuple[Sha256, ...]:
        return tuple(self.put(one) for one in contents)

    def get(self, name: Sha256) -> bytes:
        if name not in self._contents:
            raise IntegrityError(f"blob {name} is missing")
        if sha256_of(self._contents[name]) != name:
            raise IntegrityError(f"blob {name} holds other content than its name says")
        return self._contents[name]

    def has(self, name: Sha256) -> bool:
        return name in self._contents

    def names(self) -> tuple[Sha256, ...]:
        return tuple(sorted(self._contents))

    def note(self, key: str, name: Sha256) -> None:
        self._notes[key] = name

    def noted(self, key: str) -> Sha256 | None:
        name = self._notes.get(key)
        return name if name is not None and self.has(name) else None


class MemoryFolder:
    """A programme that was never on a disk."""

    def __init__(self, plan: Plan, contents: Mapping[str, bytes]) -> None:
        self._plan = plan
        self._contents = dict(contents)
        self.rounds: dict[str, dict[str, bytes]] = {}

    def plan(self) -> Plan:
        return self._plan

    def unread(self) -> Mapping[str, str]:
        return {}

    def files(self) -> tuple[FileName, ...]:
        return tuple(
            FileName(path=path, sha256=sha256_of(content), size=len(content))
            for path, content in sorted(self._contents.items())
        )

    def content(self, path: str) -> bytes:
        return self._contents[path]

    def create(self, files: Mapping[str, str]) -> str:
        self._contents |= {path: text.encode() for path, text in files.items()}
        return "memory"

    def round_file(self, name: str, path: str) -> bytes | None:
        return self.rounds.get(name, {}).get(path)

    def write_round(self, name: str, files: Mapping[str, bytes]) -> str:
        self.rounds[name] = dict(files)
        return self.round_path(name)

    def round_path(self, name: str) -> str:
        return f"rounds/{name}"

    def put(self, path: str, content: bytes) -> str:
        if not is_place_of_data(path):
            raise UsageError(f"nothing is written to {path!r}")
        self._contents[path] = content
        return path

    def add_to_round(self, name: str, path: str, content: bytes) -> str:
        self.rounds[name][path] = content
        return f"rounds/{name}/{path}"


class SteppedClock:
    """Starts where it is told and moves only when it is told."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


class InlineRunner:
    """Works in this process, one item after another."""

    def map(
        self,
        work: Callable[[Item], Answer],
        items: Sequence[Item],
        *,
        step: Callable[[int], None] | None = None,
        lost: Callable[[Item], Answer] | None = None,  # noqa: ARG002 - nothing gets lost here
    ) -> list[Answer]:
        answers = []
        for item in items:
            answers.append(work(item))
            if step is not None:
                step(1)
        return answers

    def close(self) -> None:
        return None


class CountedProgress:
    """Counts what was announced and what was done."""

    def __init__(self) -> None:
        self.done: dict[str, int] = {}
        self.totals: dict[str, int] = {}

    @contextmanager
    def __call__(self, label: str, total: int) -> Iterator[Step]:
        self.totals[label] = total
        self.done.setdefault(label, 0)

        def step(count: int) -> None:
            self.done[label] += count

        yield step
