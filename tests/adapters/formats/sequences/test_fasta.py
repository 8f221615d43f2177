import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.sequences.fasta import read_genomes, read_reference


@pytest.mark.shared
def test_consensus_genomes_of_a_real_cohort_are_read(read, shared) -> None:
    content = shared("hive_flu/consensus.fasta.gz")
    reading = read("genomes", "data/consensus.fasta.gz", content)
    assert reading.findings == ()
    assert reading.table.height == gzip.decompress(content).count(b">") == 1888
    first = reading.table.row(0, named=True)
    assert (first["sample"], first["contig"], first["run"], first["line"]) == (
        "M53302",
        "PB2",
        "perth",
        1,
    )
    assert reading.table["sequence"].str.len_chars().sum() == sum(
        len(line) for line in gzip.decompress(content).split() if line[:1] != b">"
    )


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("s1|HA|run=a", ("s1", "HA", "a")),
        ("s1|HA", ("s1", "HA", "")),
        ("s1 contig=HA", ("s1", "HA", "")),
        ("s1 contig=HA run=2", ("s1", "HA", "2")),
        (" s1 | HA extra words", ("s1", "HA", "")),
        ("s1 segment=4", ("s1", "4", "")),
    ],
)
def test_a_header_names_sample_contig_and_run(header: str, named: tuple[str, ...]) -> None:
    (row,) = read_genomes("g.fa", f">{header}\nacgu\nNN-\n".encode()).table.rows()
    assert row == (*named, "ACGTNN-", 1)


def test_wrong_records_are_told_with_their_lines_and_the_others_are_used(read, told) -> None:
    content = (
        "ACGT\n>s1|HA\nACGT\nAC!T\n>s2|HA\n>s3|HA\nACGT\n"
        ">s3|HA\nTTTT\n>|HA\nAC\n>s4\nAC\n>s5|NA\nAU\n"
    )
    reading = read("genomes", "data/g.fasta", content)
    assert reading.table.select("sample", "sequence").rows() == [
        ("s3", "ACGT"),
        ("s4", "AC"),
        ("s5", "AT"),
    ]
    assert sorted((line, code) for code, _, line, _ in told(reading)) == [
        (1, "040"),  # a sequence without a header
        (4, "044"),  # a letter that is none
        (5, "043"),  # a header without a sequence
        (8, "046"),  # a record that stands twice
        (10, "041"),  # no sample
        (12, "042"),  # no contig
        (14, "045"),  # RNA
    ]


def test_the_last_record_of_a_cut_file_is_not_used(read, told) -> None:
    chance = random.Random(7)
    records = "".join(
        f">s{number}|HA\n{''.join(chance.choices('ACGT', k=60))}\nACCTGGTTACGGATTACA\n"
        for number in range(300)
    )
    packed = gzip.compress(records.encode(), mtime=0)
    whole = read("genomes", "g.fa", records)
    for cut in range(400, 480, 7):
        reading = read("genomes", "g.fa.gz", packed[:-cut])
        assert 0 < reading.table.height < 300
        assert reading.table.equals(whole.table.head(reading.table.height))
        assert {place[0] for place in told(reading)} == {"003"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"no sequences here\n", b"\0\0\0"])
def test_a_file_without_records_is_told(read, content: bytes) -> None:
    reading = read("reference", "agents/x/reference.fasta", content)
    assert reading.table.is_empty()
    assert reading.findings


def test_one_very_long_line_is_no_problem(read) -> None:
    table = read("reference", "r.fa", b">chr\n" + b"ACGT" * 500_000).table
    assert table["sequence"].str.len_chars().to_list() == [2_000_000]


def test_a_reference_is_named_by_the_first_word_and_told_when_it_stands_twice(told) -> None:
    reading = read_reference("r.fa", b">PB2 A/Perth/16/2009\nAC\r\n>PB2\nGG\n> \nA\n>HA\nT\n")
    assert reading.table.rows() == [("PB2", "AC", 1), ("HA", "T", 7)]
    assert told(reading) == [("046", "r.fa", 3, ""), ("041", "r.fa", 5, "")]


sequences = st.lists(st.text("ACGTRYSWKMBDHVN-", min_size=1, max_size=90), max_size=5)


@given(sequences, st.integers(1, 30))
def test_sequences_written_in_lines_of_any_width_are_read_back(
    parts: list[str], width: int
) -> None:
    lines: list[str] = []
    for number, part in enumerate(parts):
        lines += [f">s{number}|c"]
        lines += [part[at : at + width] for at in range(0, len(part), width)]
    table = read_genomes("g.fa", "\n".join(lines).encode()).table
    assert table["sequence"].to_list() == parts


def test_names_that_print_alike_are_one_name() -> None:
    text = ">Jos\u00e9|c\nACGT\n>Jose\u0301|c\nACGA\n".encode()
    told = read_genomes("g.fasta", text)
    assert told.table["sample"].to_list() == ["Jos\u00e9"]
    assert [one.code for one in told.findings] == ["FMT-046"]


def test_a_record_whose_name_is_no_text_is_not_used() -> None:
    reading = read_genomes("a.fasta", b">s\x00|c\nACGT\n>t|c\nACGT\n")
    assert reading.table["sample"].to_list() == ["t"]
    assert len(reading.findings) == 1
