"""Sequences: consensus genomes of samples, and an agent's reference."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.plain_text import Text, text_of
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.findings import Finding
from nanoward.base.tables import GENOMES, REFERENCE
from nanoward.ports.formats import ParsedTable, Use

_WRONG = re.compile(r"[^ACGTRYSWKMBDHVN-]")
_SOUND = b"ACGTRYSWKMBDHVN-"
_NAMED = re.compile(r"\b(contig|segment|run)=([^\s|]+)")
BESIDE = "a word of a header beside sample, contig and run: kept in the file alone"
MOST = 20  # words of headers that an account names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """A header and its sequence; lines[i] is the line of the file that part i stands on."""

    header: str
    line: int
    parts: tuple[str, ...]
    lines: tuple[int, ...]


def read_genomes(path: str, content: bytes) -> ParsedTable:
    """Consensus sequences; headers `sample|contig|run=LANE` or `sample contig=NAME`."""
    remarks = Remarks(path)
    rows: dict[tuple[str, str, str], tuple[str, int]] = {}
    bare: list[int] = []
    beside: Counter[str] = Counter()
    for record, sequence in _sound_records(path, content, remarks):
        sample, contig, run = _named(record.header)
        if not sample:
            remarks.add(problems.BAD_HEADER, "the header names no sample", line=record.line)
            continue
        if not contig:
            bare.append(record.line)
        beside.update(_further(record.header, sample, contig))
        key = (sample, contig, run)
        if key in rows:
            _report_twice(remarks, key, rows[key][1], record.line)
            continue
        rows[key] = (sequence, record.line)
    remarks.add_together(problems.NO_CONTIG, "name no contig in the header", bare)
    table = pl.DataFrame(
        [(*key, sequence, line) for key, (sequence, line) in rows.items()],
        schema=empty_table(GENOMES).schema,
        orient="row",
    )
    account = account_of("sequence", len(rows), remarks.findings(), beside)
    return ParsedTable(table=table, findings=remarks.findings(), account=account)


def read_reference(path: str, content: bytes) -> ParsedTable:
    """An agent's reference; the first word of a header is the contig."""
    remarks = Remarks(path)
    rows: dict[str, tuple[str, int]] = {}
    beside: Counter[str] = Counter()
    for record, sequence in _sound_records(path, content, remarks):
        contig, *further = record.header.split() or [""]
        beside.update(further)
        if not contig:
            remarks.add(problems.BAD_HEADER, "the header names no contig", line=record.line)
        elif contig in rows:
            _report_twice(remarks, (contig,), rows[contig][1], record.line)
        else:
            rows[contig] = (sequence, record.line)
    table = pl.DataFrame(
        [(contig, sequence, line) for contig, (sequence, line) in rows.items()],
        schema=empty_table(REFERENCE).schema,
        orient="row",
    )
    account = account_of("sequence", len(rows), remarks.findings(), beside)
    return ParsedTable(table=table, findings=remarks.findings(), account=account)


def account_of(
    kind: str, used: int, findings: Sequence[Finding], beside: Mapping[str, int]
) -> tuple[Use, ...]:
    """What became of the records of a file, and of what stands beside their names.

    beside  words that nobody reads, and how often; the commonest are named
    """
    told = Counter(one.code for one in findings if one.severity == "error")
    named = sorted(beside.items(), key=lambda one: (-one[1], one[0]))
    rest = sum(count for _, count in named[MOST:])
    words = [*named[:MOST], *([("further words", rest)] if rest else [])]
    return (
        Use(level="record", name=kind, use="used", count=used),
        *(
            Use(level="record", name=kind, use="told", reason=code, count=count)
            for code, count in sorted(told.items())
        ),
        *(
            Use(level="column", name=name, use="ignored", reason=BESIDE, count=count)
            for name, count in words
        ),
    )


def _further(header: str, sample: str, contig: str) -> list[str]:
    """Words of a header that are neither its sample nor its contig nor its run."""
    words = _NAMED.sub("", header).replace("|", " ").split()
    known = {sample, contig}
    return [one for at, one in enumerate(words) if not (at < 2 and one in known)]


def sequences_of(path: str, content: bytes, remarks: Remarks) -> Iterator[str]:
    """Sound sequences in the order of the file, whatever their headers say."""
    for _, sequence in _sound_records(path, content, remarks):
        yield sequence


def _report_twice(remarks: Remarks, key: tuple[str, ...], first: int, line: int) -> None:
    name = " / ".join(part for part in key if part)
    remarks.add(
        problems.TWICE_RECORD,
        f"{name!r} stands on line {first} already",
        line=line,
        subject=key[0],
    )


def _named(header: str) -> tuple[str, str, str]:
    """Sample, contig and run of a header; "" for what it does not tell."""
    told = dict(_NAMED.findall(header))
    fields = [field.strip() for field in _NAMED.sub("", header).split("|")]
    first = fields[0].split()
    sample = first[0] if first else ""
    second = fields[1].split()[0] if len(fields) > 1 and fields[1] else ""
    contig = told.get("contig") or told.get("segment") or second
    return sample, contig.strip("|"), told.get("run", "").strip("|")


def _sound_records(
    path: str, content: bytes, remarks: Remarks
) -> Iterator[tuple[_Record, str]]:
    """Records whose letters are sound, in upper case, U as T."""
    text = text_of(path, content, remarks)
    found = False
    rna: list[int] = []
    for record in _records(text, remarks):
        found = True
        if record.line in text.damaged:
            continue  # told with the text
        letters = "".join(record.parts)
        if _is_plain(letters):
            yield record, letters
            continue
        letters = letters.upper()
        if "U" in letters:
            rna.append(record.line)
            letters = letters.replace("U", "T")
        if _is_sound(record, letters, remarks):
            yield record, letters
    remarks.add_together(problems.RNA, "of sequences have U for T", rna)
    if text.lines and not found:
        remarks.add(problems.NO_ROWS, "no line begins with '>'")


def _is_plain(letters: str) -> bool:
    """Whether there are letters, and all are sound and in upper case: as most are."""
    return bool(letters) and letters.isascii() and not letters.encode().translate(None, _SOUND)


def _is_sound(record: _Record, letters: str, remarks: Remarks) -> bool:
    name = record.header.split("|")[0][:60]
    if not letters:
        remarks.add(
            problems.NO_SEQUENCE,
            "no sequence follows the header",
            line=record.line,
            subject=name,
        )
        return False
    wrong = _WRONG.search(letters)
    if wrong is None:
        return True
    at = wrong.start()
    for part, line in zip(record.parts, record.lines, strict=True):
        if at < len(part):
            remarks.add(
                problems.BAD_LETTER,
                f"{wrong.group()!r} at letter {at + 1} is no IUPAC letter",
                line=line,
                subject=name,
            )
            break
        at -= len(part)
    return False


def _records(text: Text, remarks: Remarks) -> Iterator[_Record]:
    lines = text.lines
    heads = [at for at, line in enumerate(lines) if line.startswith(">")]
    for head, end in pairwise([*heads, len(lines)]):
        if end == len(lines) and not text.whole:
            remarks.add(problems.CUT_SHORT, "the last record is not whole", line=head + 1)
            break
        parts = lines[head + 1 : end]
        joined = "".join(parts)
        if not _is_plain(joined) and joined.split() != [joined]:
            parts = ["".join(part.split()) for part in parts]
        yield _Record(
            header=lines[head][1:].strip(),
            line=head + 1,
            parts=tuple(parts),
            lines=tuple(range(head + 2, end + 1)),
        )
    before = lines[: heads[0]] if heads else lines
    stray = [at for at, line in enumerate(before, 1) if line.strip()]
    remarks.add_together(problems.NO_HEADER, "stand before the first header", stray)
