"""Formats: files to tables and findings. Nothing here computes.

One file per format: people (samples, contacts), fasta, variants_csv, vcf, nonmem, sdtm and
transport, fhir_bundle (with fhir_rows, fhir_node, fhir_codes); below them plain (gzip,
encodings), records (rows and lines), values (kinds) and csv_table (a file against a shape of
base/tables.py). problems.py lists the codes; those of FHIR stand in fhir_node.py.

Every table has a further column `line`: the line of a text file, or the row of a binary one.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

from nanoward.adapters.formats import roles
from nanoward.base.errors import UsageError
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
    "events": ("text.nonmem", "read_events"),
}


class UnknownRoleError(UsageError):
    """A table was asked for that no reader gives."""

    code = "FMT-090"
    next_step = f"Ask for one of {', '.join(roles.PLAIN_ROLES)}, or sdtm.DM, sdtm.LB ..."

    def __init__(self, role: str) -> None:
        super().__init__(f"no reader gives {role!r}")


class FileFormats:
    """Readers of the standard formats by role; the same bytes always give the same reading."""

    version = "4"  # raise it whenever any reader's answer may change

    def role_of(self, path: str) -> str | None:
        return roles.role_of(path)

    def read(self, role: str, path: str, content: bytes) -> ParsedTable:
        domain = roles.domain_of(role)
        if domain is not None:
            from nanoward.adapters.formats.clinical.sdtm import read_domain

            return read_domain(domain, path, content)
        return _reader(role, path, content)(path, content)

    def bundle(self, path: str, content: bytes) -> dict[str, ParsedTable]:
        from nanoward.adapters.formats.clinical.fhir_bundle import read_bundle

        return read_bundle(path, content)

    def blocks(self, first: ReadFile, second: ReadFile | None = None) -> ReadBlocks:
        from nanoward.adapters.formats.sequences.read_files import blocks_of

        return blocks_of(first, second)

    def aligner(self, contigs: Mapping[str, str], technology: str) -> Aligner:
        from nanoward.adapters.formats.sequences.minimap2 import Minimap

        return Minimap(contigs, technology)


def _reader(role: str, path: str, content: bytes) -> Callable[[str, bytes], ParsedTable]:
    """The reader of a role; each loads what it needs when it is asked for."""
    if role == "variants":
        from nanoward.adapters.formats.sequences import variants_csv, vcf

        return vcf.read_vcf if vcf.is_vcf(path, content) else variants_csv.read_variants_csv
    if role not in READERS:
        raise UnknownRoleError(role)
    module, name = READERS[role]
    found: Callable[[str, bytes], ParsedTable] = getattr(
        import_module(f"{__name__}.{module}"), name
    )
    return found
