"""Variants in VCF 4.x (The Variant Call Format specification, samtools/hts-specs) and BCF.

Beside alleles a file says what was read: a no-call, and a record that failed its filters with
more than half of the reads, are unread positions; blocks of a gVCF are read ones, and there
nothing else is. A sample without any variant keeps a row that names it.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.sequences.causes import REPEATED, Causes
from nanoward.adapters.formats.sequences.vcf_regions import (
    SampleRegions,
    UnreadRegion,
    is_block,
    is_placeholder,
    region_rows,
)
from nanoward.adapters.formats.sequences.vcf_shares import (
    READ_FIELDS,
    BadCallError,
    SampleCall,
    sample_call,
)
from nanoward.adapters.formats.text.plain_text import Text, text_of, unpacked
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.names import identity_of
from nanoward.base.tables import VARIANTS
from nanoward.ports.formats import ParsedTable, Use

_FIXED = ("CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_WHOLE = re.compile(r"[0-9]{1,12}")
_BASES = re.compile(r"[ACGTURYSWKMBDHVN]+|\*")
_VERSION = re.compile(r"##fileformat=VCFv4\.[0-9]+\s*", re.IGNORECASE)
_CONTIG = re.compile(r"##contig=<(?:.*,)?ID=([^,>]+)")
CONSENSUS = 0.5
PLACE_FIELDS = ("END", "SVLEN")
NO_SHARE = "tells neither letters, nor what was read, nor the share of reads"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One data line; info and each call are fields by their keys."""

    line: int
    contig: str
    position: int
    ref: str
    alts: tuple[str, ...]
    passed: bool
    info: Mapping[str, str]
    calls: tuple[Mapping[str, str], ...]

    @property
    def keys(self) -> set[tuple[str, str]]:
        """Column and name of every field that it has."""
        own = {("INFO", name) for name in self.info if name not in ("", ".")}
        return own | {("FORMAT", name) for name in (self.calls[0] if self.calls else ())}

    @property
    def last(self) -> int:
        """Last position that it speaks of."""
        end = self.info.get("END", "")
        own = self.position + len(self.ref) - 1
        return max(own, int(end)) if _WHOLE.fullmatch(end) else own


class _Rows:
    """Rows of VARIANTS as records are read, and what is wrong, by cause."""

    def __init__(self, samples: Sequence[str]) -> None:
        self.samples = samples
        self.causes = Causes()
        self.keys: set[tuple[str, str]] = set()
        self.regions = {name: SampleRegions() for name in samples}
        self.kept: dict[
            tuple[str, str, int, str, str], tuple[float, int | None, int | None, int]
        ] = {}

    def add(self, record: _Record) -> None:
        """What a record says of every sample."""
        self.keys |= record.keys
        for place, sample in enumerate(self.samples):
            call = record.calls[place] if record.calls else {}
            info = record.info if len(self.samples) == 1 else {}
            try:
                told = sample_call(len(record.alts), call, info)
            except BadCallError as fault:
                self._tell(
                    problems.BAD_VALUE, fault.cause, str(fault), record, fault.column, sample
                )
                self.unread(record, sample)
                continue
            self._add_sample(record, sample, told)

    def _add_sample(self, record: _Record, sample: str, told: SampleCall) -> None:
        """Alleles of one sample, and whether the record was read in it."""
        if told.shares is None and (record.alts or told.silent):
            self._tell_no_shares(record, sample, told)
            self.unread(record, sample)
            return
        shares = told.shares or ()
        if not record.passed:
            self._filtered(record, sample, shares)
            return
        regions = self.regions[sample]
        regions.read(record.contig, record.position, record.last, record.line)
        if told.doubt is not None:
            column = told.doubt.column
            self._tell(
                problems.DOUBTFUL_VALUE, "count", str(told.doubt), record, column, sample
            )
        if told.genotyped:
            self._tell(problems.BY_GENOTYPE, "", "a row has neither AF nor AD", record)
        for alt, share in zip(record.alts, shares, strict=True):
            if share > 0 and not is_placeholder(alt):  # 0: measured and absent
                self._allele(record, sample, alt, share, told.depth)

    def _filtered(self, record: _Record, sample: str, shares: Sequence[float]) -> None:
        if max(shares, default=0.0) > CONSENSUS:
            self.unread(record, sample)
        else:
            self.regions[sample].read(record.contig, record.position, record.last, record.line)

    def _allele(
        self, record: _Record, sample: str, alt: str, share: float, depth: int | None
    ) -> None:
        name, position, ref, last = alt.upper(), record.position, record.ref, None
        if name == "<DEL>" or name.startswith("<DEL:"):
            gone = _deleted(record)
            if gone is None:
                self._unnamed(record, sample, alt)
                return
            name, (position, last), ref = "-", gone, ""
        elif not _BASES.fullmatch(name):
            self._unnamed(record, sample, alt)
            return
        key = (sample, record.contig, position, ref, name)
        if key in self.kept:
            shown = " / ".join(str(part) for part in key)
            message = f"{shown!r} stands on line {self.kept[key][3]} already"
            same = self.kept[key][:2] == (share, depth)
            problem = REPEATED if same else problems.TWICE
            self._tell(problem, "", message, record, subject=sample)
            return
        self.kept[key] = (share, depth, last, record.line)

    def _unnamed(self, record: _Record, sample: str, alt: str) -> None:
        if alt.startswith("<") or "[" in alt or "]" in alt or alt[:1] == "." or alt[-1:] == ".":
            kind = "<" if alt.startswith("<") else "["
            message = f"a row carries {alt[:40]!r}, which names no letters"
            self._tell(problems.SYMBOLIC, kind, message, record, "ALT")
        else:
            message = f"{alt[:40]!r} is no allele"
            self._tell(problems.BAD_VALUE, "allele", message, record, "ALT")
        self.unread(record, sample, whatever=True)

    def unread(self, record: _Record, sample: str, *, whatever: bool = False) -> None:
        """Positions of which nothing is known of a sample, whatever other records say."""
        dark = UnreadRegion(record.position, record.last, record.ref, record.line, whatever)
        self.regions[sample].unread(record.contig, dark)

    def _tell_no_shares(self, record: _Record, sample: str, told: SampleCall) -> None:
        if told.silent:
            message = f"a row is without a call for {sample!r}"
            self._tell(problems.NO_CALL, "", message, record, subject=sample)
        elif record.passed:
            message = "no AF, AD or GT is told"
            self._tell(problems.NO_FREQUENCY, "", message, record, subject=sample)

    def _tell(
        self,
        problem: Problem,
        cause: str,
        message: str,
        record: _Record,
        column: str = "",
        subject: str = "",
    ) -> None:
        self.causes.add(problem, cause, message, record.line, column=column, subject=subject)


def _deleted(record: _Record) -> tuple[int, int] | None:
    """First and last deleted position of <DEL>; None where its size is not told."""
    length = record.info.get("SVLEN", "").lstrip("-")
    if _WHOLE.fullmatch(record.info.get("END", "")) and record.last > record.position:
        return record.position + 1, record.last
    if _WHOLE.fullmatch(length) and int(length):
        return record.position + 1, record.position + int(length)
    return None


def read_vcf(path: str, content: bytes) -> ParsedTable:
    """One row per sample and alternative allele seen, and rows of what was read or was not."""
    remarks = Remarks(path)
    if is_bcf(content):
        from nanoward.adapters.formats.sequences.bcf import text_of_bcf

        content = text_of_bcf(path, content, remarks)
        if not content:
            return ParsedTable(table=empty_table(VARIANTS), findings=remarks.findings())
    text = text_of(path, content, remarks)
    samples, start = _samples(path, text, remarks)
    rows = _Rows(samples)
    contigs = [found.group(1) for line in text.lines[:start] if (found := _CONTIG.match(line))]
    any_record = blocks = False
    for record in _records(text, start, len(samples), rows.causes):
        any_record = True
        blocks = blocks or is_block(record.alts, record.info)
        rows.add(record)
    if samples and not any_record:
        remarks.add(problems.NO_ROWS, "there is a header, but no record that could be used")
    rows.causes.tell(remarks)
    seen = {key[:3] for key in rows.kept}
    table = pl.DataFrame(
        [
            *((*key, *told) for key, told in rows.kept.items()),
            *region_rows(rows.regions, seen, contigs, start, blocks=blocks),
        ],
        schema=empty_table(VARIANTS).schema,
        orient="row",
    )
    return ParsedTable(table=table, findings=remarks.findings(), account=_account(rows.keys))


def _account(keys: set[tuple[str, str]]) -> tuple[Use, ...]:
    """What became of every field of INFO and FORMAT that a record has."""
    return tuple(
        Use(level="column", name=f"{column}/{name}", use="used")
        if name in {*READ_FIELDS, *PLACE_FIELDS}
        else Use(level="column", name=f"{column}/{name}", use="ignored", reason=NO_SHARE)
        for column, name in sorted(keys)
    )


def _samples(path: str, text: Text, remarks: Remarks) -> tuple[tuple[str, ...], int]:
    """Names of the samples and the index of the first data line; no names: unreadable."""
    if not text.lines:
        return (), 0
    if not _VERSION.fullmatch(text.lines[0]):
        remarks.add(problems.VCF_VERSION, "the first line does not claim VCF 4.x", line=1)
    for at, line in enumerate(text.lines):
        if not line.startswith("#CHROM"):
            continue
        names = line.rstrip("\t").split("\t")
        if tuple(names[:8]) != ("#CHROM", *_FIXED[1:]) or len(names) == 9:
            remarks.add(problems.NO_VCF_HEADER, "the '#CHROM' line lacks columns", line=at + 1)
            return (), len(text.lines)
        return _named(path, tuple(names[9:]), at + 1, remarks), at + 1
    remarks.add(problems.NO_VCF_HEADER, "there is no '#CHROM' line")
    return (), len(text.lines)


def _named(path: str, names: tuple[str, ...], line: int, remarks: Remarks) -> tuple[str, ...]:
    if not names:
        name = identity_of(PurePosixPath(path).name.split(".vcf")[0]) or "sample"
        remarks.add(
            problems.SAMPLE_BY_NAME, f"no sample column; taken as sample {name!r}", line=line
        )
        return (name,)
    clean = tuple(identity_of(name) for name in names)
    if len(set(clean)) < len(clean) or not all(clean):
        remarks.add(
            problems.NO_VCF_HEADER, "sample names are missing or stand twice", line=line
        )
        return ()
    return clean


def _records(text: Text, start: int, count: int, causes: Causes) -> Iterator[_Record]:
    """Sound lines, whether or not they passed their filters."""
    if not count:
        return
    for line, content in enumerate(text.lines[start:], start + 1):
        if not content.strip() or content.startswith("#") or line in text.damaged:
            continue
        fields = content.split("\t")
        if len(fields) != 8 and len(fields) != 9 + count:
            causes.add(problems.RAGGED, "", f"the row has {len(fields)} fields", line)
            continue
        record = _record(fields, line, causes)
        if record is not None:
            yield record


def _record(fields: Sequence[str], line: int, causes: Causes) -> _Record | None:
    contig, position, ref = fields[0].strip(), fields[1], fields[3].upper()
    if not contig:
        causes.add(problems.NO_VALUE, "", "no contig is told", line, column="CHROM")
        return None
    if not _WHOLE.fullmatch(position) or int(position) < 1:
        message = f"{position[:40]!r} is not at least 1"
        causes.add(problems.BAD_VALUE, "", message, line, column="POS")
        return None
    if not _BASES.fullmatch(ref) or ref == "*":
        causes.add(problems.BAD_VALUE, "", f"{ref[:40]!r} is no allele", line, column="REF")
        return None
    passed = fields[6] in ("PASS", ".", "")
    if not passed:
        name = fields[6][:60]
        causes.add(problems.FILTERED, name, f"a row has filter {name!r}", line, column="FILTER")
    keys = fields[8].split(":") if len(fields) > 8 else []
    return _Record(
        line=line,
        contig=contig,
        position=int(position),
        ref=ref,
        alts=tuple(fields[4].split(",")) if fields[4] not in (".", "") else (),
        passed=passed,
        info=dict(part.partition("=")[::2] for part in fields[7].split(";")),
        calls=tuple(dict(zip(keys, call.split(":"), strict=False)) for call in fields[9:]),
    )


def is_vcf(path: str, content: bytes) -> bool:
    """By its name; failing that, by how it begins."""
    name = path.lower().removesuffix(".gz")
    if name.endswith((".vcf", ".bcf", ".csv", ".tsv", ".txt")):
        return name.endswith((".vcf", ".bcf"))
    if is_bcf(content):
        return True
    data, _ = unpacked(path, content, Remarks(path))
    return data.lstrip(b"\xef\xbb\xbf").startswith(b"##fileformat=VCF")


def is_bcf(content: bytes) -> bool:
    """By how it begins: BCF 2 within BGZF, or as it is."""
    if content[:3] == b"BCF":
        return True
    return content[:2] == b"\x1f\x8b" and _first_bytes(content) == b"BCF"


def _first_bytes(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:70_000], 3)
    except zlib.error:
        return b""
