"""Variants as a long CSV table: one row per allele seen in a sample."""

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.text.csv_table import CsvFormat, Draft, Limits, read_csv
from nanoward.base.tables import VARIANTS
from nanoward.ports.formats import ParsedTable

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
)


def read_variants_csv(path: str, content: bytes) -> ParsedTable:
    """One row per sample, contig, position and allele; ref is "" where it is not told."""
    return read_csv(_VARIANTS, path, content, _refine)


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
