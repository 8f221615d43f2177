"""Formats: files to tables and findings. Nothing here computes.

What there is is declared in kinds/, a registry. One file per format: people (samples,
contacts), fasta, variants_csv, vcf, nonmem, sdtm and transport, fhir_bundle (with fhir_rows,
fhir_node, fhir_codes); below them plain (gzip, encodings), records (rows and lines), values
(kinds) and csv_table (a file against a shape of base/tables.py). problems.py lists the codes;
those of FHIR stand in fhir_node.py.

Every table has a further column `line`: the line of a text file, or the row of a binary one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath

from nanoward.adapters.formats import roles
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.roles import plain_roles
from nanoward.adapters.formats.table_format import FORMATS, Reader, TableFormat
from nanoward.adapters.formats.text.workbook import is_workbook
from nanoward.base.errors import UsageError
from nanoward.base.findings import in_order
from nanoward.ports.formats import ParsedTable
from nanoward.ports.reads import Aligner, ReadBlocks, ReadFile

__all__ = ["FileFormats", "TwoUsualFormatsError", "UnknownRoleError", "reader_of"]

Names = Mapping[str, str]  # our names of columns to those in a file
NO_NAMES_OF_ANY: Mapping[str, Names] = {}


class UnknownRoleError(UsageError):
    """A table was asked for that no reader gives."""

    code = "FMT-090"
    next_step = "Ask for a table of docs/reference/files.md, or sdtm.DM, sdtm.LB ..."

    def __init__(self, role: str) -> None:
        super().__init__(f"no reader gives {role!r}; there is {', '.join(plain_roles())}")


class TwoUsualFormatsError(UsageError):
    """Two formats of one table both claim to be the usual one."""

    code = "FMT-096"
    next_step = "Let one of them say of a file whether it is its own (is_it)."

    def __init__(self, role: str) -> None:
        super().__init__(f"two formats of {role} are usual")


class FileFormats:
    """Readers of the standard formats by role; the same bytes always give the same reading.

    columns  by role: our names of columns to those in the files (text/own_columns.py)
    """

    def __init__(self, columns: Mapping[str, Names] = NO_NAMES_OF_ANY) -> None:
        self._columns, self._places = columns, roles.file_places()
        self._formats = tuple(FORMATS.all().values())
        told = sha256(repr(sorted((k, sorted(v.items())) for k, v in columns.items())).encode())
        # raise the number whenever any reader's answer may change
        self.version = f"7 {told.hexdigest()[:12]}" if columns else "7"

    def role_of(self, path: str) -> str | None:
        return roles.role_of(path, self._places)

    def read(self, role: str, path: str, content: bytes) -> ParsedTable:
        if not is_workbook(path, content):
            return self._read(role, path, content)
        from nanoward.adapters.formats.text.workbook import sheet_text

        remarks, stem = Remarks(path), PurePath(path).name.split(".")[0]
        sheet = sheet_text(content, (role, role[5:], stem), remarks)
        reading = self._read(role, f"{path}.csv", sheet.text or b"")
        told = [] if sheet.text is None else [
            replace(one, file=path) for one in reading.findings
        ]  # fmt: skip
        return ParsedTable(
            table=reading.table,
            findings=in_order([*remarks.findings(), *told]),
            account=(*sheet.account, *reading.account),
        )

    def _read(self, role: str, path: str, content: bytes) -> ParsedTable:
        domain = roles.domain_of(role)
        told = role if domain is None else f"sdtm.{domain[:2]}"  # parts of a split domain too
        names = self._columns.get(told, {})
        if domain is not None:
            from nanoward.adapters.formats.clinical.sdtm import read_domain

            return read_domain(domain, path, content, names)
        reader = reader_of(self._formats, role, path, content)
        return reader(path, content, names) if names else reader(path, content)

    def plain(self, path: str, content: bytes) -> bytes:
        """A table of no role as CSV in UTF-8: a workbook, or columns apart by anything.

        Raises InputError with the first thing that is doubtful.
        """
        from nanoward.adapters.formats.text.plain_table import plain_table

        return plain_table(path, content, self._columns.get("table", {}))

    def bundle(self, path: str, content: bytes) -> dict[str, ParsedTable]:
        from nanoward.adapters.formats.clinical.fhir_bundle import read_bundle

        return read_bundle(path, content)

    def blocks(self, first: ReadFile, second: ReadFile | None = None) -> ReadBlocks:
        from nanoward.adapters.formats.sequences.read_files import blocks_of

        return blocks_of(first, second)

    def aligner(self, contigs: Mapping[str, str], technology: str) -> Aligner:
        from nanoward.adapters.formats.sequences.minimap2 import Minimap

        return Minimap(contigs, technology)


def reader_of(formats: Iterable[TableFormat], role: str, path: str, content: bytes) -> Reader:
    """The reader of a role; each loads what it needs when it is asked for."""
    known = [one for one in formats if one.role == role]
    usual = [one for one in known if one.is_it is None]
    if len(usual) > 1:
        raise TwoUsualFormatsError(role)
    own = (one for one in known if one.is_it is not None and one.is_it(path, content))
    found = next(own, usual[0] if usual else None)
    if found is None:
        raise UnknownRoleError(role)
    return found.loaded()
