"""Variants in VCF 4.x (The Variant Call Format specification, samtools/hts-specs)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import PurePosixPath

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.plain_text import Text, text_of, unpacked
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.tables import VARIANTS
from nanoward.ports.formats import ParsedTable

_FIXED = ("CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,12}")
_BASES = re.compile(r"[ACGTURYSWKMBDHVN]+|\*")
_VERSION = re.compile(r"##fileformat=VCFv4\.[0-9]+\s*", re.IGNORECASE)


class _BadCallError(Exception):
    """A sample's field says something that cannot be: what, and in which field."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One data line; info and each call are fields by their keys."""

    line: int
    contig: str
    position: int
    ref: str
    alts: tuple[str, ...]
    info: Mapping[str, str]
    calls: tuple[Mapping[str, str], ...]


@dataclass(slots=True, kw_only=True)
class _Notes:
    """What is told once for the whole file."""

    filtered: dict[str, list[int]] = field(default_factory=dict)
    uncalled: dict[str, list[int]] = field(default_factory=dict)
    genotyped: list[int] = field(default_factory=list)
    symbolic: list[int] = field(default_factory=list)


def read_vcf(path: str, content: bytes) -> ParsedTable:
    """One row per sample and alternative allele seen; frequency from AF, else AD, else GT."""
    remarks = Remarks(path)
    text = text_of(path, content, remarks)
    samples, start = _samples(path, text, remarks)
    rows: dict[tuple[str, str, int, str, str], tuple[float, int | None, int]] = {}
    notes = _Notes()
    found = False
    for record in _records(text, start, len(samples), remarks, notes):
        found = True
        for sample, row in _rows(record, samples, remarks, notes):
            key = (sample, record.contig, record.position, record.ref, row[0])
            if key in rows:
                name = " / ".join(str(part) for part in key)
                remarks.add(
                    problems.TWICE,
                    f"{name!r} stands on line {rows[key][2]} already",
                    line=record.line,
                    subject=sample,
                )
            else:
                rows[key] = (row[1], row[2], record.line)
    if samples and not found:
        remarks.add(problems.NO_ROWS, "there is a header, but no record that could be used")
    _report(notes, remarks)
    table = pl.DataFrame(
        [(*key, *row) for key, row in rows.items()],
        schema=empty_table(VARIANTS).schema,
        orient="row",
    )
    return ParsedTable(table=table, findings=remarks.findings())


def _report(notes: _Notes, remarks: Remarks) -> None:
    for name, lines in sorted(notes.filtered.items()):
        remarks.add_together(problems.FILTERED, f"with filter {name!r}", lines, column="FILTER")
    for sample, lines in sorted(notes.uncalled.items()):
        remarks.add_together(
            problems.NO_CALL, f"without a call for {sample!r}", lines, column=sample
        )
    remarks.add_together(problems.BY_GENOTYPE, "have neither AF nor AD", notes.genotyped)
    remarks.add_together(
        problems.SYMBOLIC, "have a symbolic allele", notes.symbolic, column="ALT"
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
        name = PurePosixPath(path).name.split(".vcf")[0] or "sample"
        remarks.add(
            problems.SAMPLE_BY_NAME, f"no sample column; taken as sample {name!r}", line=line
        )
        return (name,)
    clean = tuple(name.strip() for name in names)
    if len(set(clean)) < len(clean) or not all(clean):
        remarks.add(
            problems.NO_VCF_HEADER, "sample names are missing or stand twice", line=line
        )
        return ()
    return clean


def _records(
    text: Text, start: int, count: int, remarks: Remarks, notes: _Notes
) -> Iterator[_Record]:
    """Sound lines that passed their filters and tell an allele with bases."""
    if not count:
        return
    for line, content in enumerate(text.lines[start:], start + 1):
        if not content.strip() or content.startswith("#") or line in text.damaged:
            continue
        fields = content.split("\t")
        if len(fields) != 8 and len(fields) != 9 + count:
            remarks.add(problems.RAGGED, f"the row has {len(fields)} fields", line=line)
            continue
        if fields[6] not in ("PASS", ".", ""):
            notes.filtered.setdefault(fields[6][:60], []).append(line)
            continue
        record = _record(fields, line, remarks)
        if record is not None:
            yield record


def _record(fields: Sequence[str], line: int, remarks: Remarks) -> _Record | None:
    contig, position, ref = fields[0].strip(), fields[1], fields[3].upper()
    if not contig:
        remarks.add(problems.NO_VALUE, "no contig is told", line=line, column="CHROM")
        return None
    if not _WHOLE.fullmatch(position) or int(position) < 1:
        remarks.add(
            problems.BAD_VALUE, f"{position[:40]!r} is not at least 1", line=line, column="POS"
        )
        return None
    if not _BASES.fullmatch(ref) or ref == "*":
        remarks.add(problems.BAD_VALUE, f"{ref[:40]!r} is no allele", line=line, column="REF")
        return None
    keys = fields[8].split(":") if len(fields) > 8 else []
    return _Record(
        line=line,
        contig=contig,
        position=int(position),
        ref=ref,
        alts=tuple(fields[4].split(",")) if fields[4] not in (".", "") else (),
        info=dict(part.partition("=")[::2] for part in fields[7].split(";")),
        calls=tuple(dict(zip(keys, call.split(":"), strict=False)) for call in fields[9:]),
    )


def _rows(
    record: _Record, samples: Sequence[str], remarks: Remarks, notes: _Notes
) -> Iterator[tuple[str, tuple[str, float, int | None]]]:
    """For each sample and allele seen in it: allele, frequency, depth."""
    usable = _usable(record, remarks, notes)
    single = len(samples) == 1
    for place, sample in enumerate(samples):
        call = record.calls[place] if record.calls else {}
        fallback = record.info if single else {}
        try:
            shares = _shares(record, call, fallback, notes)
            depth = _depth(call, fallback)
        except _BadCallError as fault:
            remarks.add(
                problems.BAD_VALUE,
                str(fault),
                line=record.line,
                column=fault.column,
                subject=sample,
            )
            continue
        if shares is None and record.alts:
            _report_no_shares(call, record, sample, remarks, notes)
            continue
        for at in usable:
            share = shares[at] if shares else None
            if share:  # 0: measured and absent
                yield sample, (record.alts[at].upper(), share, depth)


def _report_no_shares(
    call: Mapping[str, str], record: _Record, sample: str, remarks: Remarks, notes: _Notes
) -> None:
    silent = call and all(set(value) <= set("./|,") for value in call.values())
    no_reads = "AD" in call and set(call["AD"]) <= set("0,.")
    if silent or no_reads or "." in call.get("GT", ""):
        notes.uncalled.setdefault(sample, []).append(record.line)
    else:
        remarks.add(
            problems.NO_FREQUENCY, "no AF, AD or GT is told", line=record.line, subject=sample
        )


def _usable(record: _Record, remarks: Remarks, notes: _Notes) -> list[int]:
    """Alternative alleles that name bases."""
    usable = []
    for at, alt in enumerate(record.alts):
        if _BASES.fullmatch(alt.upper()):
            usable.append(at)
        elif alt.startswith("<") or "[" in alt or "]" in alt:
            notes.symbolic.append(record.line)
        else:
            remarks.add(
                problems.BAD_VALUE, f"{alt[:40]!r} is no allele", line=record.line, column="ALT"
            )
    return usable


def _shares(
    record: _Record, call: Mapping[str, str], info: Mapping[str, str], notes: _Notes
) -> list[float] | None:
    """Share of each alternative allele; None when nothing tells it."""
    count = len(record.alts)
    for source in (call, info):
        told = _numbers(source, "AF", count)
        if told is not None:
            if not all(0 <= share <= 1 for share in told):
                raise _BadCallError("AF", f"AF {source['AF'][:40]!r} is not from 0 to 1")
            return told
        reads = _numbers(source, "AD", count + 1)
        if reads is not None:
            if min(reads) < 0:
                raise _BadCallError("AD", f"AD {source['AD'][:40]!r} is below 0")
            total = sum(reads)
            return [part / total for part in reads[1:]] if total else None
    copies = _genotype(call.get("GT", "."), count)
    if copies is not None:
        notes.genotyped.append(record.line)
        return [copies.count(at) / len(copies) for at in range(1, count + 1)]
    return None


def _numbers(source: Mapping[str, str], key: str, count: int) -> list[float] | None:
    text = source.get(key, "")
    parts = text.split(",")
    if set(text) <= set(".,"):
        return None
    if len(parts) != count:
        raise _BadCallError(key, f"{key} has {len(parts)} values where {count} are due")
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise _BadCallError(key, f"{key} {text[:40]!r} is not made of numbers")
    values = [float(part) for part in parts]
    if not all(map(isfinite, values)):
        raise _BadCallError(key, f"{key} {text[:40]!r} is not finite")
    return values


def _genotype(text: str, count: int) -> list[int] | None:
    parts = re.split(r"[/|]", text.strip("/|"))
    if "." in parts or parts == [""]:
        return None
    if not all(_WHOLE.fullmatch(part) and int(part) <= count for part in parts):
        raise _BadCallError("GT", f"GT {text[:40]!r} names an allele that is not listed")
    return [int(part) for part in parts]


def _depth(call: Mapping[str, str], info: Mapping[str, str]) -> int | None:
    for source in (call, info):
        text = source.get("DP", ".")
        if text not in (".", ""):
            if not _WHOLE.fullmatch(text):
                raise _BadCallError("DP", f"DP {text[:40]!r} is no whole number")
            return int(text)
        reads = source.get("AD", ".").split(",")
        if all(_WHOLE.fullmatch(part) for part in reads):
            return sum(int(part) for part in reads)
    return None


def is_vcf(path: str, content: bytes) -> bool:
    """By its name; failing that, by how it begins."""
    name = path.lower().removesuffix(".gz")
    if name.endswith((".vcf", ".csv", ".tsv", ".txt")):
        return name.endswith(".vcf")
    data, _ = unpacked(path, content, Remarks(path))
    return data.lstrip(b"\xef\xbb\xbf").startswith(b"##fileformat=VCF")
