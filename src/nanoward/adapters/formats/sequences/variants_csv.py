"""Variants as a long table, commas or tabs: one row per allele seen in a sample.

iVar's table is one of them: a file without a sample column is named for its sample, rows that
did not pass (PASS is FALSE) are not used, and its rows come again for each gene they lie in.
"""

from pathlib import PurePosixPath

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.sequences.causes import REPEATED
from nanoward.adapters.formats.text.csv_table import CsvFormat, Draft, Limits, read_csv
from nanoward.adapters.formats.text.own_columns import NO_NAMES, Names
from nanoward.base.names import identity_of
from nanoward.base.tables import UNREAD, VARIANTS
from nanoward.ports.formats import ParsedTable

VALUES = ("sample", "contig", "position", "ref", "alt", "frequency", "depth")
ALLELE = r"^([ACGTURYSWKMBDHVN]+|[-*]|[+-][ACGTURYSWKMBDHVN]+)$"  # bases, gone, in or out
_VARIANTS = CsvFormat(
    shape=VARIANTS,
    synonyms={
        "sample_id": "sample",
        "specimen": "sample",
        "segment": "contig",
        "chrom": "contig",
        "#chrom": "contig",
        "chr": "contig",
        "region": "contig",
        "pos": "position",
        "reference": "ref",
        "alternate": "alt",
        "freq": "frequency",
        "af": "frequency",
        "alt_freq": "frequency",
        "dp": "depth",
        "total_dp": "depth",
        "coverage": "depth",
    },
    limits={
        "position": Limits(low=1),
        "frequency": Limits(low=0, high=1),
        "depth": Limits(low=0),
    },
    optional=frozenset({"sample"}),  # see _name_sample
)
CONSENSUS = 0.5


def read_variants_csv(path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """One row per sample, contig, position and allele; ref is "" where it is not told."""

    def refine(draft: Draft) -> None:
        _name_sample(draft, path)
        _refine(draft)
        _drop_failed(draft)
        _drop_copies(draft)

    return read_csv(_VARIANTS, path, content, refine, names=names)


def _name_sample(draft: Draft, path: str) -> None:
    """Every row's sample; that of a file without the column is the file's own name."""
    if "sample" in draft.frame.columns:
        unnamed = draft.frame["sample"].is_null()
        draft.refuse(unnamed, problems.NO_VALUE, "no 'sample' is told", column="sample")
        return
    stem = PurePosixPath(path).name.removesuffix(".gz").rsplit(".", 1)[0]
    name = identity_of(stem) or "sample"
    whole = pl.repeat(name, len(draft.lines), dtype=pl.String, eager=True).alias("sample")
    draft.frame = draft.frame.select(whole, pl.all())
    draft.remarks.add(
        problems.SAMPLE_BY_NAME, f"no sample column; taken as sample {name!r}", line=1
    )


def _drop_failed(draft: Draft) -> None:
    """Rows that their caller did not trust; unread where most of the reads carry them."""
    column = next((name for name in draft.frame.columns if name.lower() == "pass"), None)
    if column is None:
        return
    said = draft.frame[column].cast(pl.String).str.to_lowercase()
    failed = said.is_in(["false", "f", "0", "no"]).fill_null(value=False)
    draft.together(failed, problems.FILTERED, "did not pass", column=column)
    heavy = failed & (draft.frame["frequency"] > CONSENSUS).fill_null(value=False)
    draft.put("alt", draft.frame["alt"].set(heavy, UNREAD))
    draft.drop(failed & ~heavy)


def _drop_copies(draft: Draft) -> None:
    """Rows that say what an earlier one says: iVar's of overlapping genes."""
    same = [name for name in VALUES if name in draft.frame.columns]
    again = draft.repeated(same)
    draft.together(again, REPEATED, "repeat an earlier row")
    draft.drop(again)


def _refine(draft: Draft) -> None:
    count = len(draft.lines)
    if "ref" not in draft.frame.columns:
        empty = pl.repeat("", count, dtype=pl.String, eager=True)
        before = draft.frame.columns[: draft.frame.columns.index("alt")]
        after = [name for name in draft.frame.columns if name not in before]
        draft.frame = draft.frame.with_columns(empty.alias("ref")).select(
            *before, "ref", *after
        )
    for name in ("ref", "alt"):
        letters = draft.frame[name].fill_null("").str.to_uppercase()
        draft.put(name, letters)
        wrong = (letters != "") & ~letters.str.contains(ALLELE)
        draft.refuse(wrong, problems.BAD_VALUE, "{} is no allele", column=name)
    same = draft.frame["ref"] == draft.frame["alt"]
    draft.together(same, problems.NO_VARIANT, "name the reference allele itself", column="alt")
    draft.drop(same)
