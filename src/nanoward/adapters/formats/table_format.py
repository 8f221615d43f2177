"""What a format of files declares: which files they are, what they hold, and who reads them.

A module of `kinds` holds one or several. A programme's folder is read by it, and the
documentation shows it, as soon as the file is there. Tables of SDTM and bundles of FHIR, whose
files hold many tables, stand in roles.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from nanoward.base.registry import Registry
from nanoward.ports.formats import ParsedTable

GZ = r"(\.gz)?"
TABLE = r"(\.(csv|tsv)(\.gz)?|\.xlsx|\.xlsm)"  # what a table may be saved as

Reader = Callable[..., ParsedTable]  # (path, content), and names of columns where any were told


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """Files of a programme that a reader takes; docs/reference/files.md is made from these.

    role     of such a file; "" where its name tells the SDTM domain (group `domain`)
    pattern  of its path within the programme, in small letters
    names    how it may be called: each matches the pattern
    format   that is read
    holds    what it holds
    """

    role: str
    pattern: str
    names: tuple[str, ...]
    format: str
    holds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFormat:
    """One format of one role. Of a role's formats, one is usual; others know their content.

    name      of the format; the role itself, where it is the usual one
    role      which table it gives
    meaning   one line for people
    reader    a function, or "module:function" below adapters.formats, imported when it is used
    places    where a programme keeps such files; none: commands on plain files alone read it
    is_it     of (path, content): whether a file of the role is of this format; None: the usual
    """

    name: str
    role: str
    meaning: str
    reader: Reader | str
    places: tuple[FilePlace, ...] = ()
    is_it: Callable[[str, bytes], bool] | None = None

    def loaded(self) -> Reader:
        """The reader itself."""
        if not isinstance(self.reader, str):
            return self.reader
        module, function = self.reader.split(":")
        found: Reader = getattr(import_module(f"nanoward.adapters.formats.{module}"), function)
        return found


FORMATS = Registry("nanoward.adapters.formats.kinds", "FORMAT", TableFormat)
