import pytest

from nanoward.adapters.formats.sequences.read_account import (
    CLIPPED,
    NOT_FASTQ_FIELD,
    OTHER_PLACE,
    SAM_IGNORED,
    SAM_USED,
    alignment_account,
    contig_account,
    fastq_account,
)
from nanoward.base.findings import Finding


def finding(code: str) -> Finding:
    return Finding(code=code, severity="error", message="m", next_step="n", file="a.fq")


def rows(account: object) -> list[tuple[str, str, str, int]]:
    return [(one.name, one.use, one.reason, one.count) for one in account]  # type: ignore[attr-defined]


def test_reads_and_mates_are_used_and_words_beside_names_ignored() -> None:
    assert rows(fastq_account((3, 0), (), words=False)) == [("read", "used", "", 3)]
    assert rows(fastq_account((3, 2), [finding("FMT-081")], words=True)) == [
        ("read", "used", "", 3), ("mate", "used", "", 2),
        ("words behind a read's name", "ignored", NOT_FASTQ_FIELD, 1),
        ("a.fq", "told", "FMT-081", 1),
    ]  # fmt: skip


@pytest.mark.hazard("H-269")
@pytest.mark.parametrize("code", ["FMT-083", "FMT-085", "FMT-319"])
def test_no_read_of_a_file_that_is_refused_counts_as_used(code: str) -> None:
    assert rows(fastq_account((3, 2), [finding(code)], words=False)) == [
        ("read", "told", code, 3), ("mate", "told", code, 2)
    ]  # fmt: skip


def test_lines_and_columns_of_alignments_are_all_in_the_account() -> None:
    left_out, told = {OTHER_PLACE: 2, CLIPPED: 4}, {"FMT-316": 1, "FMT-317": 0}
    findings = [finding("FMT-316"), finding("FMT-088")]
    account = alignment_account(7, left_out, told, findings)
    assert rows(account)[:4] == [
        ("read", "used", "", 7), ("line", "ignored", OTHER_PLACE, 2),
        ("letters clipped softly", "ignored", CLIPPED, 4), ("read", "told", "FMT-316", 1),
    ]  # fmt: skip
    assert [one.name for one in account if one.use == "used"] == ["read", *SAM_USED]
    assert {one.name for one in account if one.use == "ignored"} >= set(SAM_IGNORED)
    assert rows(account)[-1] == ("a.fq", "told", "FMT-088", 1)


def test_contigs_of_an_assembly() -> None:
    assert rows(contig_account(2, [finding("FMT-044")])) == [
        ("contig", "used", "", 2), ("a.fq", "told", "FMT-044", 1)
    ]  # fmt: skip
