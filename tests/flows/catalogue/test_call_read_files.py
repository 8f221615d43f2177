import io
from pathlib import Path

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress
from nanoward.catalogue.calling.calling_rules import CallingRules, read_rules
from nanoward.catalogue.calling.reference_index import NoReferenceLettersError
from nanoward.flows.catalogue.call_read_files import TypedFiles, call_read_files
from nanoward.flows.catalogue.index_reference import ReferenceFile
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs


def test_each_sample_gets_a_vcf_and_a_consensus_and_all_a_table(tmp_path: Path) -> None:
    genome = random_genome(5000, 1)
    other = genome[:2000] + "G" * 4 + genome[2000:]
    paths = []
    for sample, text in (("a", genome), ("b", other)):
        for mate, reads in zip("12", simulated_pairs(text, Library(), 2), strict=True):
            paths.append(str(tmp_path / f"{sample}_{mate}.fastq.gz"))
            Path(paths[-1]).write_bytes(packed(reads))
    told = call_read_files(
        paths, ReferenceFile(path="r.fasta", content=f">c\n{genome}\n".encode()),
        CallingRules(), FileFormats(), SilentProgress(),
    )  # fmt: skip
    assert sorted(told.files) == [
        "a.fasta", "a.vcf", "b.fasta", "b.vcf",
        "coverage.parquet", "factors.parquet", "limits.parquet",
    ]  # fmt: skip
    table = pl.read_parquet(io.BytesIO(told.files["factors.parquet"]))
    assert table["sample"].to_list() == ["b"]
    assert [row["consensus_variants"] for row in told.summaries] == [0, 1]
    limits = pl.read_parquet(io.BytesIO(told.files["limits.parquet"]))
    for sample in "ab":
        own = limits.filter(pl.col("sample") == sample)
        assert (own["last"] - own["first"] + 1).sum() == 5000
        assert own["first"].to_list()[1:] == (own["last"] + 1).to_list()[:-1]
    assert limits["limit"].drop_nulls().is_between(0, 1).all()


GENOME = random_genome(6000, 3)
FIRST, SECOND = simulated_pairs(GENOME, Library(depth=20), 4)
REFERENCE = f">c\n{GENOME}\n".encode()


def typed(
    folder: Path, files: dict[str, bytes], reference: bytes = REFERENCE, **section: str
) -> TypedFiles:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return call_read_files(
        [str(folder / name) for name in files],
        ReferenceFile(path="r.fasta", content=reference), read_rules(section),
        FileFormats(), SilentProgress(),
    )  # fmt: skip


def phred64(text: bytes) -> bytes:
    lines = text.splitlines()
    old = bytes.maketrans(bytes(range(33, 75)), bytes(range(64, 106)))
    lines[3::4] = [line.translate(old) for line in lines[3::4]]
    return b"\n".join(lines) + b"\n"


OTHERS = simulated_pairs(GENOME, Library(depth=20), 5, "q")
STRANGERS = simulated_pairs(random_genome(6000, 9), Library(depth=20), 5)


@pytest.mark.hazard("H-54")
@pytest.mark.parametrize(
    ("first", "second", "codes", "is_typed"),
    [
        (packed(FIRST)[:-3000], packed(SECOND)[:-3000], {"FMT-081"}, True),
        (FIRST[:-100], SECOND[:-100], {"FMT-081"}, True),
        (b"", b"", {"FMT-080", "CAT-021"}, True),
        (FIRST, OTHERS[1], {"FMT-085"}, False),
        (FIRST, b"".join(SECOND.splitlines(keepends=True)[:-4]), {"FMT-085"}, False),
        (*STRANGERS, {"CAT-021"}, True),
        (phred64(FIRST), phred64(SECOND), {"FMT-084"}, True),
        (b">c\nACGT\n", SECOND, {"FMT-082"}, False),
    ],
    ids=["cut gzip", "cut", "empty", "other mates", "fewer mates", "stranger",
         "old scale", "no fastq"],
)  # fmt: skip
def test_unkind_reads_end_in_findings_that_name_the_file_and_the_sample(
    tmp_path: Path, first: bytes, second: bytes, codes: set[str], *, is_typed: bool
) -> None:
    told = typed(tmp_path, {"s_1.fastq": first, "s_2.fastq": second})
    assert codes <= {one.code for one in told.findings}
    assert all(one.subject == "s" for one in told.findings)
    assert (len(told.summaries) == 1) == is_typed
    if {"CAT-021"} <= codes:  # nothing was seen, and nothing was said to be absent
        limits = pl.read_parquet(io.BytesIO(told.files["limits.parquet"]))
        assert limits["limit"].null_count() == limits.height == 1
        assert set(told.files["s.fasta"].decode().split("\n", 1)[1]) <= {"N", "\n"}


@pytest.mark.parametrize(
    ("letters", "codes"),
    [
        (GENOME.lower(), set()),
        (GENOME.replace("T", "U"), {"FMT-046"}),
        (GENOME[:100] + "RYSWKMBDHVN" + GENOME[111:], set()),
    ],
    ids=["small", "RNA", "IUPAC"],
)
def test_unusual_letters_of_a_reference_are_read_or_told(
    tmp_path: Path, letters: str, codes: set[str]
) -> None:
    told = typed(tmp_path, {"s_1.fq": FIRST, "s_2.fq": SECOND}, f">c\r\n{letters}\r\n".encode())
    assert {one.code for one in told.findings if one.code != "CAT-023"} <= codes | {"FMT-045"}
    assert told.summaries[0]["placed"] >= FIRST.count(b"\n") // 2 - 2
    assert told.factors == ()


def test_a_reference_without_a_base_or_with_digits_is_refused_clearly(tmp_path: Path) -> None:
    reads = {"s_1.fq": FIRST, "s_2.fq": SECOND}
    for text in (b">c\nNNNRYN\n", b">c\nAC1GT\n", b"", b"no header\n"):
        with pytest.raises(NoReferenceLettersError) as fault:
            typed(tmp_path, reads, text)
        assert fault.value.code == "CAT-020"


def test_the_vcf_is_valid_and_rebuilds_the_consensus_by_another_hand(tmp_path: Path) -> None:
    pysam = pytest.importorskip("pysam")
    bcftools = pytest.importorskip("pysam.bcftools")
    other = (
        "GATC" + GENOME[4:1000] + GENOME[1040:2000] + "ACGGT" + GENOME[2000:3000] + "C" * 3
        + GENOME[3003:5999] + "A"
    )  # fmt: skip
    reads = simulated_pairs(other, Library(depth=60), 6)
    told = typed(tmp_path, {"s_1.fq": reads[0], "s_2.fq": reads[1]})
    (tmp_path / "r.fa").write_bytes(REFERENCE)
    (tmp_path / "s.vcf").write_bytes(told.files["s.vcf"])
    assert told.files["s.vcf"].count(b"\nc\t") == 5
    checked = bcftools.norm("-c", "e", "-f", str(tmp_path / "r.fa"), str(tmp_path / "s.vcf"))
    assert checked.count("\nc\t") == 5
    pysam.tabix_index(str(tmp_path / "s.vcf"), preset="vcf", force=True)
    built = bcftools.consensus("-f", str(tmp_path / "r.fa"), str(tmp_path / "s.vcf.gz"))
    built = "".join(built.splitlines()[1:])
    own = "".join(told.files["s.fasta"].decode().splitlines()[1:])
    assert len(own) == len(built) == len(other)
    assert all(a in ("N", b) for a, b in zip(own, built, strict=True))


@pytest.mark.shared
def test_real_reads_of_phage_lambda_are_typed_without_error() -> None:
    folder = Path(__file__).parents[3] / ".." / "shared" / "data" / "lambda_reads"
    if not folder.exists():
        pytest.skip("needs ../shared/data/lambda_reads")
    told = call_read_files(
        [str(folder / f"reads_{mate}.fastq.gz") for mate in "12"],
        ReferenceFile(
            path="lambda.fasta.gz", content=(folder / "lambda_virus.fasta.gz").read_bytes()
        ),
        CallingRules(), FileFormats(), SilentProgress(),
    )  # fmt: skip
    assert told.findings == ()
    summary = told.summaries[0]
    assert summary["reads"] == 8000
    assert summary["placed"] >= 7600
    assert summary["consensus_variants"] == 77  # 76 of them bcftools' as well, of its 88
