from collections.abc import Iterator
from pathlib import Path

import pytest

from nanoward.adapters.formats.problems import CUT_SHORT, UNREADABLE, Remarks
from nanoward.adapters.formats.sequences.bcf import text_of_bcf
from nanoward.adapters.formats.sequences.vcf import read_vcf

TEXT = """##fileformat=VCFv4.2
##contig=<ID=c,length=99>
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb
c\t10\t.\tA\tC,G\t9\tPASS\t.\tGT:AD\t1:2,50,.\t.:.,.,.
"""


def packed(folder: Path) -> bytes:
    pysam = pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    (folder / "a.vcf").write_text(TEXT)
    with (
        pysam.VariantFile(str(folder / "a.vcf")) as source,
        pysam.VariantFile(str(folder / "a.bcf"), "wb", header=source.header) as target,
    ):
        for record in source:
            target.write(record)
    return (folder / "a.bcf").read_bytes()


@pytest.mark.hazard("H-179")
def test_bcf_reads_as_the_vcf_that_it_packs(tmp_path: Path) -> None:
    got = read_vcf("a.bcf", packed(tmp_path)).table.drop("line")
    assert got.rows() == read_vcf("a.vcf", TEXT.encode()).table.drop("line").rows()


def test_bcf_cut_short_or_damaged_is_told(tmp_path: Path) -> None:
    content = packed(tmp_path)
    remarks = Remarks("a.bcf")
    text_of_bcf("a.bcf", content[:40], remarks)
    assert [one.severity for one in remarks.findings()] == ["error"]


@pytest.mark.parametrize(("records", "code"), [(0, UNREADABLE.code), (2, CUT_SHORT.code)])
def test_a_file_that_ends_behind_its_head_is_unreadable_and_later_it_is_cut_short(
    records: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pysam = pytest.importorskip("pysam", reason="the extra [reads] is not installed")

    class Cut:
        """A file whose head is read, and so many records, before it ends."""

        header = "##fileformat=VCFv4.2\n"

        def __init__(self, _: str) -> None:
            pass

        def __enter__(self) -> "Cut":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def __iter__(self) -> Iterator[str]:
            yield from ["c\t10\n"] * records
            raise OSError("it ends here")

    monkeypatch.setattr(pysam, "VariantFile", Cut)
    remarks = Remarks("a.bcf")
    text = text_of_bcf("a.bcf", b"", remarks)
    assert [one.code for one in remarks.findings()] == [code]
    assert text.count(b"c\t10") == records
