"""Accept a file that was looked at: among the data, with a record; its columns remembered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from nanoward.base.entries import FileAccepted, kind_of
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.ids import Sha256
from nanoward.flows.intake.look_at_file import FileLook, look_at_file
from nanoward.ports.formats import Formats
from nanoward.ports.ports import Ports


class NothingToUseError(RefusedError):
    """No row of a file can be used; it was not accepted."""

    code = "REF-121"
    next_step = "Mend what the findings name, or say which of its columns is which."


class NotTheirFileError(RefusedError):
    """Somebody brought a file of a kind that is not theirs to bring."""

    code = "REF-122"
    next_step = "Ask somebody whose role may bring it; the matrix stands under People."


class OthersInFileError(RefusedError):
    """A file, or the one in whose place it would stand, speaks of people out of reach."""

    code = "REF-123"
    next_step = "Bring a file of your own site's people, or ask who reaches everybody."


class OtherColumnsError(UsageError):
    """The plan says already, and otherwise, which column is which."""

    code = "USE-247"
    next_step = "Change [columns] of programme.toml by hand, or name the columns as it says."


def keep_for_look(ports: Ports, content: bytes) -> Sha256:
    """Keep a file under its hash until it is accepted; nothing uses it before."""
    return ports.blobs.put(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What somebody accepts after they looked at it.

    sha256   of the file that was kept for the look
    role     what it was looked at as
    columns  our name to theirs, to be remembered in programme.toml for this table
    genomic  whether they may bring genomes, or else clinical data; None: both
    near     the people whom they reach; None: everybody
    """

    sha256: str
    name: str
    role: str
    by: str
    columns: Mapping[str, str] = field(default_factory=dict)
    genomic: bool | None = None
    near: frozenset[str] | None = None


def accept_file(
    ports: Ports, formats: Formats, told: Acceptance
) -> tuple[FileLook, FileAccepted]:
    """Write a kept file among the data, and the record of it; the same twice is once.

    formats  with the columns as they were told when it was looked at
    NothingToUseError where no row of it can be used; its findings are looked at anew here.
    OthersInFileError where it, or what it replaces, names somebody out of reach, or nobody.
    """
    content = ports.blobs.get(Sha256(told.sha256))
    look = look_at_file(formats, told.name, content, told.role)
    if told.genomic is not None and look.is_genomic != told.genomic:
        raise NotTheirFileError(f"{look.role} needs another right")
    if not sum(look.rows.values()):
        raise NothingToUseError(f"no row of {look.name} can be used")
    before = {one.path: one.sha256 for one in ports.folder.files()}.get(look.path, "")
    if told.near is not None:
        replaced = ports.folder.content(look.path) if before else content
        for one in (look, look_at_file(formats, look.name, replaced, look.role)):
            _require_near(one, told.near)
    now = ports.clock.now()
    entry = FileAccepted(
        path=look.path, role=look.role, file_sha256=look.sha256, size=look.size,
        rows=sum(look.rows.values()), errors=look.count("error"),
        warnings=look.count("warning"), replaces_sha256="" if before == look.sha256 else before,
        by=told.by, accepted=now.date(),
    )  # fmt: skip
    if told.columns:
        _remember(ports, look.role, told.columns)
    if before == look.sha256 and _is_recorded(ports, entry):
        return look, entry  # it is there already: nothing more is written
    if before and before != look.sha256:
        ports.blobs.put(ports.folder.content(look.path))  # what stood there is not lost
    ports.folder.put(look.path, content)
    ports.ledger.append([entry], actor=told.by, at=now)
    return look, entry


def _require_near(look: FileLook, near: frozenset[str]) -> None:
    if not look.people:
        raise OthersInFileError(f"{look.path} names nobody, so that none can tell whose it is")
    if others := len(look.people - near):
        raise OthersInFileError(f"{look.path} names people of other sites: {others}")


def _is_recorded(ports: Ports, entry: FileAccepted) -> bool:
    place = (entry.path, entry.file_sha256)
    return any(
        (one.body["path"], one.body["file_sha256"]) == place
        for one in ports.ledger.records(kind=kind_of(FileAccepted))
    )


def _remember(ports: Ports, role: str, columns: Mapping[str, str]) -> None:
    plan = ports.folder.plan()
    section = plan.section("columns")
    known = section.get(role.removeprefix("sdtm."), {})
    new = {name: theirs for name, theirs in columns.items() if theirs and name != theirs}
    if any(known.get(name, theirs) != theirs for name, theirs in new.items()):
        raise OtherColumnsError(f"[columns.{role}] names other columns already")
    new = {name: theirs for name, theirs in new.items() if name not in known}
    if new:
        text = plan_text(ports)
        ports.folder.put("programme.toml", with_columns(text, role, new).encode())


def plan_text(ports: Ports) -> str:
    """programme.toml as it stands."""
    return ports.folder.content("programme.toml").decode()


def with_columns(text: str, role: str, columns: Mapping[str, str]) -> str:
    """The plan's text with columns of one table told in [columns]; all else stays as it is."""
    table = role.removeprefix("sdtm.")
    header = f"[columns.{table}]"
    rows = "".join(f"{name} = {_quoted(theirs)}\n" for name, theirs in columns.items())
    lines = text.splitlines(keepends=True)
    at = next((n for n, line in enumerate(lines) if line.split("#")[0].strip() == header), None)
    if at is None:
        made = f"{text.rstrip()}\n\n{header}\n{rows}"
    else:
        made = "".join([*lines[: at + 1], rows, *lines[at + 1 :]])
    before, after = tomllib.loads(text), tomllib.loads(made)
    told = {**before.get("columns", {}).get(table, {}), **columns}
    rest = {**before, "columns": {**before.get("columns", {}), table: told}}
    if after != rest:
        raise OtherColumnsError(f"{header} cannot be written into this plan")
    return made


def _quoted(text: str) -> str:
    """TOML's basic string."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in plain) + '"'
