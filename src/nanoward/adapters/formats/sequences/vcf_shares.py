"""What callers say of an allele's share: each in its own fields.

By reads: AF of a sample (LoFreq, Mutect2, Clair3), VAF (DeepVariant), ALT_FREQ (iVar), FREQ in
per cent (VarScan), AD (GATK, bcftools), AO and RO (freebayes), RD and AD (VarScan), DP4
(bcftools). AF of a record with AC and AN counts genotypes, not reads, and is left out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,12}")
Fields = Mapping[str, str]
COUNT = "count"  # cause: not one value for each allele
READ_FIELDS = frozenset(
    ("GT", "AF", "VAF", "ALT_FREQ", "FREQ", "AD", "RD", "AO", "RO", "DP4", "DP", "MIN_DP",
     "AC", "AN")
)  # fmt: skip


class BadCallError(Exception):
    """A sample's field says something that cannot be.

    column, cause  the field, and what is wrong with it whatever its value
    """

    def __init__(self, column: str, cause: str, what: str) -> None:
        super().__init__(what)
        self.column = column
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCall:
    """What a record says of one sample.

    shares     of each alternative allele; None where nothing tells them
    depth      reads at the position, None where not told
    silent     a no-call: no genotype, no reads, or every field missing
    genotyped  the shares are those of the genotype's copies
    doubt      a field that has not one value for each allele, for which the genotype stands in
    """

    shares: tuple[float, ...] | None
    depth: int | None
    silent: bool = False
    genotyped: bool = False
    doubt: BadCallError | None = None


def sample_call(count: int, call: Fields, info: Fields) -> SampleCall:
    """The shares of `count` alternative alleles.

    call  the sample's own fields
    info  fields of the record, where they speak of this sample alone; else empty
    """
    depth = _depth(call, info)
    if "." in call.get("GT", ""):  # whatever else is told: its caller did not settle it
        return SampleCall(shares=None, depth=depth, silent=True)
    by_genotype = _copied(_genotype(call.get("GT", ""), count), count)
    doubt = None
    for source in (call, info):
        try:
            told = _by_reads(source, count, by_genotype, whole=source is info)
        except BadCallError as fault:
            if fault.cause != COUNT or by_genotype is None:
                raise
            doubt = fault
            continue
        if told is not None:
            _check_called(told, by_genotype, call)
            return SampleCall(shares=tuple(told), depth=depth, doubt=doubt)
    silent = _is_silent(call) or (depth == 0 and not any(by_genotype or (1,)))
    if by_genotype is not None and not silent:
        return SampleCall(
            shares=tuple(by_genotype), depth=depth, genotyped=count > 0, doubt=doubt
        )
    return SampleCall(shares=None, depth=depth, silent=silent)


def _check_called(told: list[float], by_genotype: list[float] | None, call: Fields) -> None:
    """A genotype cannot hold an allele that no read shows."""
    for share, copies in zip(told, by_genotype or told, strict=True):
        if not share and copies:
            what = f"GT {call['GT'][:40]!r} names an allele that no read shows"
            raise BadCallError("GT", "reads", what)


def _is_silent(call: Fields) -> bool:
    if not call:
        return False
    if all(set(value) <= set("./|,") for value in call.values()):
        return True
    return "AD" in call and set(call["AD"]) <= set("0,.")


def _copied(copies: list[int] | None, count: int) -> list[float] | None:
    if copies is None:
        return None
    return [copies.count(at) / len(copies) for at in range(1, count + 1)]


def _by_reads(
    source: Fields, count: int, by_genotype: list[float] | None, *, whole: bool
) -> list[float] | None:
    """Shares by reads, by the first way that the source knows."""
    counted = _counted(source, count, by_genotype)
    for key in ("AF", "VAF", "ALT_FREQ") if count else ():
        told = _numbers(source, key, count)
        if told is None or (whole and key == "AF" and {"AC", "AN"} <= source.keys()):
            continue
        if not all(0 <= share <= 1 for share in told):
            raise BadCallError(key, "range", f"{key} {source[key][:40]!r} is not from 0 to 1")
        if counted is None or told != by_genotype:
            return told
    return counted if counted is not None else _percent(source, count)


def _counted(source: Fields, count: int, by_genotype: list[float] | None) -> list[float] | None:
    """Shares from counts of reads; None where there are none."""
    ways: tuple[Callable[[], list[float] | None], ...] = (
        lambda: _allele_depths(source, count, by_genotype),
        lambda: _observations(source, count),
        lambda: _four_depths(source, count),
    )
    return next((told for way in ways if (told := way()) is not None), None)


def _allele_depths(
    source: Fields, count: int, by_genotype: list[float] | None
) -> list[float] | None:
    if "RD" in source and source.get("AD", "").isdigit() and count == 1:  # VarScan
        first = _numbers(source, "RD", 1)
        reads = [*(first or [0.0]), float(source["AD"])]
        return _parts(reads)
    text = source.get("AD", "")
    parts = text.split(",")
    if "." in parts and set(text) - set(".,") and len(parts) == count + 1:
        missing = [at for at, part in enumerate(parts) if part == "." and at]
        if by_genotype is not None and any(by_genotype[at - 1] > 0 for at in missing):
            return None  # the allele that it carries is the one without a count
        source = {"AD": ",".join("0" if part == "." else part for part in parts)}
    reads = _numbers(source, "AD", count + 1) or []
    if reads and min(reads) < 0:
        raise BadCallError("AD", "negative", f"AD {text[:40]!r} is below 0")
    return _parts(reads)


def _observations(source: Fields, count: int) -> list[float] | None:
    told = _numbers(source, "AO", count)
    first = _numbers(source, "RO", 1)
    return None if told is None or first is None else _parts([*first, *told])


def _four_depths(source: Fields, count: int) -> list[float] | None:
    told = _numbers(source, "DP4", 4) if count == 1 else None
    return None if told is None else _parts([told[0] + told[1], told[2] + told[3]])


def _percent(source: Fields, count: int) -> list[float] | None:
    text = source.get("FREQ", "")
    if not text.endswith("%") or count != 1 or not _NUMBER.fullmatch(text[:-1]):
        return None
    share = float(text[:-1]) / 100
    if not 0 <= share <= 1:
        raise BadCallError("FREQ", "range", f"FREQ {text[:40]!r} is not from 0 to 100 %")
    return [share]


def _parts(reads: list[float]) -> list[float] | None:
    total = sum(reads)
    return [part / total for part in reads[1:]] if total > 0 else None


def _numbers(source: Fields, key: str, count: int) -> list[float] | None:
    text = source.get(key, "")
    parts = text.split(",")
    if set(text) <= set(".,"):
        return None
    if len(parts) != count:
        what = f"{key} has {len(parts)} values where {count} are due"
        raise BadCallError(key, COUNT, what)
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise BadCallError(key, "number", f"{key} {text[:40]!r} is not made of numbers")
    values = [float(part) for part in parts]
    if not all(map(isfinite, values)):
        raise BadCallError(key, "finite", f"{key} {text[:40]!r} is not finite")
    return values


def _genotype(text: str, count: int) -> list[int] | None:
    """Alleles of a genotype; None where it is missing, in whole or in part."""
    parts = re.split(r"[/|]", text.strip("/|"))
    if "." in parts or parts == [""]:
        return None
    if not all(_WHOLE.fullmatch(part) and int(part) <= count for part in parts):
        what = f"GT {text[:40]!r} names an allele that is not listed"
        raise BadCallError("GT", "allele", what)
    return [int(part) for part in parts]


def _depth(call: Fields, info: Fields) -> int | None:
    for source in (call, info):
        for key in ("MIN_DP", "DP"):
            text = source.get(key, ".")
            if text not in (".", ""):
                if not _WHOLE.fullmatch(text):
                    raise BadCallError(key, "whole", f"{key} {text[:40]!r} is no whole number")
                return int(text)
        reads = source.get("AD", ".").split(",")
        if all(_WHOLE.fullmatch(part) for part in reads) and len(reads) > 1:
            return sum(int(part) for part in reads)
    return None
