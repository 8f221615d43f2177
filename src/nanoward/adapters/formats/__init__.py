"""Formats: files to tables and findings. Nothing here computes.

One file per format: people (samples, contacts), fasta, variants_csv, vcf, nonmem, sdtm and
transport, fhir_bundle (with fhir_rows, fhir_node, fhir_codes); below them plain (gzip,
encodings), records (rows and lines), values (kinds) and csv_table (a file against a shape of
base/tables.py). problems.py lists the codes; those of FHIR stand in fhir_node.py.

Every table has a further column `line`: the line of a text file, or the row of a binary one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from pathlib import PurePath

from nanoward.adapters.formats import roles
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.workbook import is_workbook
from nanoward.base.errors import UsageError
from nanoward.base.findings import in_order
from nanoward.ports.formats import ParsedTable
from nanoward.ports.reads import Aligner, ReadBlocks, ReadFile

__all__ = ["FileFormats", "UnknownRoleError"]

READERS: Mapping[str, tuple[str, str]] = {  # role to the module and function that read it
    "reads": ("sequences.read_files", "read_file_row"),
    "primers": ("sequences.primers", "read_primers"),
    "genomes": ("sequences.fasta", "read_genomes"),
    "reference": ("sequences.fasta", "read_reference"),
    "samples": ("text.sample_tables", "read_samples"),
    "contacts": ("text.sample_tables", "read_contacts"),
    "adjustments": ("text.sample_tables", "read_adjustments"),
    "markers": ("text.sample_tables", "read_markers"),
    "counts": ("text.count_tables", "read_counts"),
    "detections": ("objects.detections", "read_detections"),
    "conjunctions": ("objects.conjunction_messages", "read_conjunctions"),
    "orbits": ("objects.orbit_elements", "read_orbits"),
    "approaches": ("objects.close_approaches", "read_approaches"),
    "astrometry": ("objects.astrometry", "read_astrometry"),
    "events": ("text.nonmem", "read_events"),
}


Names = Mapping[str, str]  # our names of columns to those in a file
NO_NAMES_OF_ANY: Mapping[str, Names] = {}


class UnknownRoleError(UsageError):
    """A table was asked for that no reader gives."""

    code = "FMT-090"
    next_step = f"Ask for one of {', '.join(roles.PLAIN_ROLES)}, or sdtm.DM, sdtm.LB ..."

    def __init__(self, role: str) -> None:
        super().__init__(f"no reader gives {role!r}")


class FileFormats:
    """Readers of the standard formats by role; the same bytes always give the same reading.

    columns  by role: our names of columns to those in the files (text/own_columns.py)
    """

    def __init__(self, columns: Mapping[str, Names] = NO_NAMES_OF_ANY) -> None:
        self._columns = columns
        told = sha256(repr(sorted((k, sorted(v.items())) for k, v in columns.items())).encode())
        # raise the number whenever any reader's answer may change
        self.version = f"7 {told.hexdigest()[:12]}" if columns else "7"

    def role_of(self, path: str) -> str | None:
        return roles.role_of(path)

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
        reader = _reader(role, path, content)
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


def _reader(role: str, path: str, content: bytes) -> Callable[..., ParsedTable]:
    """The reader of a role; each loads what it needs when it is asked for."""
    if role == "variants":
        from nanoward.adapters.formats.sequences import variants_csv, vcf

        return vcf.read_vcf if vcf.is_vcf(path, content) else variants_csv.read_variants_csv
    if role not in READERS:
        raise UnknownRoleError(role)
    module, name = READERS[role]
    found: Callable[..., ParsedTable] = getattr(import_module(f"{__name__}.{module}"), name)
    return found
