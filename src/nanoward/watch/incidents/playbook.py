"""Playbooks: what to prepare and what to ask for an incident of a kind, as signed TOML."""

import fnmatch
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import InputError

DOMAIN = b"nanoward watch playbook v1\0"  # a signature for this stands for nothing else
ACTIONS: Mapping[str, tuple[str, ...]] = {  # who carries an action out: never watch itself
    "alert": ("programme",),
    "inform": ("programme",),
    "isolate": ("clearance", "programme"),
    "hold": ("clearance",),
    "recall": ("clearance",),
    "sample": ("catalogue", "programme"),
    "ready": ("control",),
    "other": ("programme", "clearance", "control", "catalogue", "audit"),
}


class BadPlaybookError(InputError):
    """A playbook holds something that is not understood."""

    code = "WCH-011"
    next_step = "Correct the playbook and have it signed again; see docs/howto/watch.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookTask:
    """One thing to ask of a room."""

    room: str
    action: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """What to do for incidents whose cause fits a pattern.

    causes  patterns of causes: "stream/*", "silent/*"
    """

    name: str
    version: int
    title: str
    causes: tuple[str, ...]
    tasks: tuple[PlaybookTask, ...]

    @property
    def document(self) -> dict[str, Any]:
        return {
            "playbook": self.name,
            "version": self.version,
            "title": self.title,
            "causes": list(self.causes),
            "task": [
                {"room": one.room, "action": one.action, "text": one.text} for one in self.tasks
            ],
        }

    @property
    def sha256(self) -> str:
        return sha256_of(canonical_json(self.document).encode())

    @property
    def signed_bytes(self) -> bytes:
        return DOMAIN + canonical_json(self.document).encode()


def playbook_of(text: str, file: str = "") -> Playbook:
    """Read a playbook; BadPlaybookError with the file for whatever is not understood."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadPlaybookError(f"this is no TOML: {fault}", file=file) from fault
    unknown = sorted(set(table) - {"playbook", "version", "title", "causes", "task"})
    if unknown:
        raise BadPlaybookError(f"a playbook has no key {unknown[0]!r}", file=file)
    name, version = table.get("playbook"), table.get("version")
    causes = table.get("causes")
    if not isinstance(name, str) or not name.strip():
        raise BadPlaybookError("playbook has no name", file=file)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadPlaybookError(f"version is {version!r}, not 1, 2 ...", file=file)
    if not isinstance(causes, list) or not causes or not all(map(_is_text, causes)):
        raise BadPlaybookError("causes are no list of patterns", file=file)
    tasks = table.get("task", [])
    if not isinstance(tasks, list) or not tasks:
        raise BadPlaybookError("a playbook asks for nothing: it has no [[task]]", file=file)
    return Playbook(
        name=name,
        version=version,
        title=str(table.get("title", name)),
        causes=tuple(causes),
        tasks=tuple(_task(one, file) for one in tasks),
    )


def _task(table: Any, file: str) -> PlaybookTask:
    if not isinstance(table, Mapping) or set(table) != {"room", "action", "text"}:
        raise BadPlaybookError(f"a task has room, action and text: {table!r}", file=file)
    room, action, text = table["room"], table["action"], table["text"]
    if action not in ACTIONS:
        raise BadPlaybookError(f"no action {action!r}; there are {sorted(ACTIONS)}", file=file)
    if room not in ACTIONS[action]:
        rooms = " or ".join(ACTIONS[action])
        raise BadPlaybookError(f"{action} is carried out by {rooms}, not {room!r}", file=file)
    if not _is_text(text):
        raise BadPlaybookError(f"the task {action} says nothing", file=file)
    return PlaybookTask(room=room, action=action, text=text)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def playbook_for(cause: str, playbooks: Sequence[Playbook]) -> Playbook | None:
    """The playbook whose pattern fits a cause, the longest pattern first; None where none."""
    fits = [
        (len(pattern), book.version, book)
        for book in playbooks
        for pattern in book.causes
        if fnmatch.fnmatchcase(cause, pattern)
    ]
    return max(fits, key=lambda one: one[:2])[2] if fits else None
