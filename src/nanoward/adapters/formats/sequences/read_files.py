"""Files of sequencing reads: what they are called, and which reader streams them."""

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.ports.formats import ParsedTable
from nanoward.ports.reads import ReadBlocks, ReadFile


def read_file_row(path: str, content: bytes) -> ParsedTable:
    """READS: the file's path; its reads are streamed when the sample is typed."""
    remarks = Remarks(path)
    if not content:
        remarks.add(problems.EMPTY, "the file is empty")
    table = pl.DataFrame({"path": [path] if content else []}, schema={"path": pl.String})
    return ParsedTable(table=table, findings=remarks.findings())


def blocks_of(first: ReadFile, second: ReadFile | None) -> ReadBlocks:
    """FASTQ, or by its name BAM, CRAM or an assembly in FASTA."""
    name = first.name.lower()
    if name.endswith((".bam", ".cram", ".sam")):
        from nanoward.adapters.formats.sequences.bam import AlignedBlocks

        return AlignedBlocks(first)
    if name.removesuffix(".gz").endswith((".fasta", ".fa", ".fna")):
        from nanoward.adapters.formats.sequences.assembly import AssemblyBlocks

        return AssemblyBlocks(first)
    from nanoward.adapters.formats.sequences.fastq import FastqBlocks

    return FastqBlocks(first, second)
