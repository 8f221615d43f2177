import gzip

import polars as pl
import pytest

from nanoward.adapters.formats.sequences.vcf import is_vcf, read_vcf

TOP = "##fileformat=VCFv4.2\n##source=test\n"
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def vcf(*rows: str, samples: str = "\tFORMAT\ts1") -> bytes:
    return (TOP + FIXED + samples + "\n" + "".join(f"{row}\n" for row in rows)).encode()


def row(
    format_: str, *calls: str, alt: str = "C", info: str = ".", filter_: str = "PASS"
) -> str:
    return "\t".join(["chr", "10", ".", "A", alt, "9", filter_, info, format_, *calls])


def seen(content: bytes) -> list[tuple[str, str, float, int | None]]:
    columns = ("sample", "alt", "frequency", "depth")
    return alleles(read_vcf("v.vcf", content).table).select(columns).rows()  # type: ignore[return-value]


def alleles(table: pl.DataFrame) -> pl.DataFrame:
    """Without rows of what was read or was not."""
    return table.filter(~pl.col("alt").is_in([".", "N"]))


def regions(content: bytes) -> list[tuple[str, str, int, int | None, str]]:
    table = read_vcf("v.vcf", content).table.filter(pl.col("alt").is_in([".", "N"]))
    columns = ("sample", "contig", "position", "last", "alt")
    return table.select(columns).rows()  # type: ignore[return-value]


def test_frequency_comes_from_af_then_from_reads_then_from_the_genotype() -> None:
    assert seen(vcf(row("GT:AD:DP:AF", "0/1:5,5:11:0.4"))) == [("s1", "C", 0.4, 11)]
    assert seen(vcf(row("GT:AD", "0/1:6,2"))) == [("s1", "C", 0.25, 8)]
    assert seen(vcf(row("GT", "0/1"))) == [("s1", "C", 0.5, None)]
    assert seen(vcf(row("GT", "1"))) == [("s1", "C", 1.0, None)]
    assert seen(vcf(row("GT", "1/1", info="AF=0.9;DP=20"))) == [("s1", "C", 0.9, 20)]


def test_several_alleles_give_a_row_each_with_its_own_share() -> None:
    content = vcf(row("AD:DP", "70,20,10:100", alt="C,AGG"))
    assert seen(content) == [("s1", "C", 0.2, 100), ("s1", "AGG", 0.1, 100)]


def test_samples_are_told_apart_and_a_missing_call_is_no_row(told) -> None:
    content = vcf(row("GT:AF", "0/1:0.3", "./.:.", "0/0:0"), samples="\tFORMAT\ta\tb\tc")
    assert seen(content) == [("a", "C", 0.3, None)]
    assert told(read_vcf("v.vcf", content)) == [("053", "v.vcf", 4, "")]


def test_information_of_the_whole_record_is_not_given_to_one_of_several_samples(told) -> None:
    content = vcf(row("DP", "5", "6", info="AF=0.5"), samples="\tFORMAT\ta\tb")
    assert seen(content) == []
    assert told(read_vcf("v.vcf", content)) == [("056", "v.vcf", 4, "")]


def test_a_file_without_sample_columns_is_named_for_its_sample(told) -> None:
    content = vcf("chr\t3\t.\tAT\tA\t.\t.\tDP=50;AF=0.12;DP4=1,2,3,4", samples="")
    reading = read_vcf("data/S17.vcf.gz", gzip.compress(content))
    assert reading.table.rows() == [("S17", "chr", 3, "AT", "A", 0.12, 50, None, 4)]
    assert told(reading) == [("047", "data/S17.vcf.gz", 3, "")]


def test_records_that_failed_a_filter_are_counted_by_filter_and_not_used(told) -> None:
    content = vcf(*(row("AF", "0.1", filter_=name) for name in ("sb", "q10", "sb")))
    reading = read_vcf("v.vcf", content)
    assert alleles(reading.table).is_empty()
    assert [(f.line, f.message) for f in reading.findings if f.code == "FMT-052"] == [
        (4, "a row has filter 'sb' (and 1 more, up to line 6)"),
        (5, "a row has filter 'q10'"),
    ]


@pytest.mark.hazard("H-178")
def test_a_filtered_consensus_allele_leaves_its_position_unread_and_a_rare_one_does_not() -> (
    None
):
    assert regions(vcf(row("AF", "0.9", filter_="q10"))) == [("s1", "chr", 10, 10, "N")]
    assert regions(vcf(row("AF", "0.1", filter_="q10"))) == [("s1", "", 0, None, ".")]


@pytest.mark.hazard("H-178")
def test_no_calls_are_unread_and_a_sample_without_a_variant_keeps_its_name() -> None:
    content = vcf(row("GT", "1", ".", "0"), samples="\tFORMAT\ta\tb\tc")
    assert regions(content) == [("b", "chr", 10, 10, "N"), ("c", "", 0, None, ".")]
    assert regions(vcf()) == [("s1", "", 0, None, ".")]
    elsewhere = row("GT", "1", alt="G")  # another record tells what stands there
    assert regions(vcf(row("GT", "."), elsewhere)) == []


@pytest.mark.hazard("H-178")
def test_blocks_of_a_gvcf_are_readable_and_nothing_else_is() -> None:
    block = "chr\t{}\t.\tA\t<NON_REF>\t.\t.\tEND={}\tGT:DP\t{}"
    content = vcf(
        block.format(1, 9, "0/0:20"), row("GT:AD", "1/1:0,30,0", alt="C,<NON_REF>"),
        block.format(11, 50, "0/0:9"), block.format(51, 60, "./.:0"),
        block.format(61, 70, "0/0:0"),
    )  # fmt: skip
    assert regions(content) == [
        ("s1", "chr", 1, None, "N"),
        ("s1", "chr", 1, 50, "."),
        ("s1", "chr", 51, 60, "N"),
        ("s1", "chr", 61, 70, "N"),
    ]
    assert seen(content) == [("s1", "C", 1.0, 30)]


@pytest.mark.hazard("H-177")
def test_a_symbolic_deletion_is_one_and_other_symbols_leave_their_stretch_unread(told) -> None:
    gone = "chr\t10\t.\tA\t<DEL>\t.\tPASS\tEND=40\tGT\t1"
    assert read_vcf("v.vcf", vcf(gone)).table.rows() == [
        ("s1", "chr", 11, "", "-", 1.0, None, 40, 4)
    ]
    turned = vcf(gone.replace("DEL", "INV"))
    assert regions(turned) == [("s1", "chr", 10, 40, "N")]
    assert ("055", "v.vcf", 4, "ALT") in told(read_vcf("v.vcf", turned))


def test_any_other_allele_is_not_one(told) -> None:
    reading = read_vcf("v.vcf", vcf(row("AD", "5,3,2", alt="C,<*>")))
    assert reading.table["alt"].to_list() == ["C"]
    assert told(reading) == []


@pytest.mark.parametrize(
    ("bad", "code", "column"),
    [
        (row("AF", "1.2"), "027", "AF"),
        (row("AF", "nan"), "027", "AF"),
        (row("AF", "1e999"), "027", "AF"),
        (row("AF", "0.1,0.2"), "027", "AF"),
        (row("AD", "5"), "027", "AD"),
        (row("AD", "5,-1"), "027", "AD"),
        (row("GT", "0/2"), "027", "GT"),
        (row("AF:DP", "0.5:many"), "027", "DP"),
        (row("AF", "0.5").replace("\t10\t", "\t0\t"), "027", "POS"),
        (row("AF", "0.5").replace("\t10\t", "\t1.5\t"), "027", "POS"),
        (row("AF", "0.5").replace("\tA\t", "\tE\t"), "027", "REF"),
        (row("AF", "0.5", alt="?"), "027", "ALT"),
        (row("AF", "0.5").replace("chr", "", 1), "026", "CHROM"),
        (row("AF", "0.5", "0.6"), "024", ""),
        (row("AF:XX", "."), "053", ""),
        (row("DP", "7"), "056", ""),
        (row("AF", "0.5") + "\0", "010", ""),
    ],
)
def test_a_wrong_record_is_told_and_the_next_one_is_used(
    bad: str, code: str, column: str, told
) -> None:
    sound = row("AF", "0.25").replace("\t10\t", "\t11\t")
    reading = read_vcf("v.vcf", vcf(bad, sound))
    used = alleles(reading.table).select("position", "frequency", "line")
    assert used.rows() == [(11, 0.25, 5)]
    assert told(reading) == [(code, "v.vcf", 4, column)]


def test_the_same_allele_twice_is_an_error(told) -> None:
    reading = read_vcf("v.vcf", vcf(row("AF", "0.5"), row("AF", "0.6")))
    assert reading.table["frequency"].to_list() == [0.5]
    assert told(reading) == [("029", "v.vcf", 5, "")]


def test_files_without_the_header_line_or_of_another_version_are_told(told) -> None:
    assert told(read_vcf("v.vcf", TOP.encode())) == [("050", "v.vcf", None, "")]
    assert told(read_vcf("v.vcf", vcf(samples="\tFORMAT\ta\ta"))) == [("050", "v.vcf", 3, "")]
    assert told(read_vcf("v.vcf", vcf())) == [("002", "v.vcf", None, "")]
    old = vcf(row("AF", "0.5")).replace(b"VCFv4.2", b"VCFv3.3")
    assert told(read_vcf("v.vcf", old)) == [("051", "v.vcf", 1, "")]
    assert seen(old) == [("s1", "C", 0.5, None)]


def test_the_kind_of_variants_is_told_by_name_and_else_by_content(read) -> None:
    content = vcf(row("AF", "0.5"))
    assert is_vcf("a.vcf.gz", b"")
    assert not is_vcf("a.csv", content)
    assert is_vcf("a.dat", gzip.compress(content))
    assert not is_vcf("a.dat", b"sample,contig\n")
    assert read("variants", "calls", content).table.height == 1
