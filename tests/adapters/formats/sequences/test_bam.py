from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.sequences.bam import AlignedBlocks
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.catalogue.call_reads import ReadSample, TypedReads, call_reads
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import Library, random_genome, simulated_pairs

pysam = pytest.importorskip("pysam")
GENOME = random_genome(20_000, 1)
OTHER = GENOME[:5000] + "G" * 6 + GENOME[5000:12_000] + "T" + GENOME[12_001:]
AGENT = agent_index({"c": GENOME})
FIRST, SECOND = simulated_pairs(OTHER, Library(depth=30), 2)
TURN = str.maketrans("ACGT", "TGCA")


def written(path: Path, mode: str, order: int = 1, reference: str | None = None) -> bytes:
    """Reads as an aligner leaves them: some turned round, mates apart, one told twice."""
    header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": "c", "LN": len(GENOME)}]}
    rows = []
    for text, flag in ((FIRST, 0x40), (SECOND, 0x80)):
        lines = text.decode().splitlines()
        rows += [
            (n[1:], s, q, flag)
            for n, s, q in zip(lines[::4], lines[1::4], lines[3::4], strict=True)
        ]
    with pysam.AlignmentFile(
        str(path), mode, header=header, reference_filename=reference
    ) as out:
        for at, (name, letters, quality, flag) in enumerate(rows[::order]):
            turned = at % 3 == 0
            out.write(record(out.header, name, letters, quality, flag, turned))
            if at == 7:
                out.write(
                    record(out.header, name, letters[:50], quality[:50], flag | 0x800, turned)
                )
    return path.read_bytes()


def record(header: Any, name: str, letters: str, quality: str, flag: int, turned: bool) -> Any:
    one = pysam.AlignedSegment(header)
    one.query_name, one.flag = name, flag | 0x1 | 0x4 | (0x10 if turned else 0)
    one.query_sequence = letters.translate(TURN)[::-1] if turned else letters
    one.query_qualities = pysam.qualitystring_to_array(quality[::-1] if turned else quality)
    return one


def typed(first: ReadFile, second: ReadFile | None = None) -> TypedReads:
    asked = ReadSample(sample="s", first=first, second=second)
    return call_reads(asked, AGENT, CallingRules(), FileFormats())


PLAIN = typed(ReadFile(name="1.fq", content=FIRST), ReadFile(name="2.fq", content=SECOND))


@pytest.mark.parametrize(("name", "mode"), [("a.bam", "wb"), ("a.cram", "wc")])
@pytest.mark.parametrize("order", [1, -1])
def test_the_same_reads_in_bam_or_cram_give_the_same_calls(
    tmp_path: Path, name: str, mode: str, order: int
) -> None:
    path = tmp_path / name
    (tmp_path / "r.fasta").write_bytes(AGENT.fasta())
    content = written(path, mode, order, str(tmp_path / "r.fasta"))
    answer = typed(ReadFile(name=name, content=content, reference=AGENT.fasta()))
    assert answer.findings == PLAIN.findings
    assert answer.calls is not None
    assert PLAIN.calls is not None
    assert answer.calls.letters == PLAIN.calls.letters
    assert answer.calls.indels == PLAIN.calls.indels
    assert answer.calls.tally == PLAIN.calls.tally
    assert (answer.calls.trusted == PLAIN.calls.trusted).all()


def test_a_file_on_the_disk_is_streamed_and_reads_without_mates_follow(tmp_path: Path) -> None:
    path = tmp_path / "a.bam"
    written(path, "wb", 7)
    blocks = AlignedBlocks(ReadFile(name="a.bam", path=str(path)))
    alone = sum(len(one.where) for one, two in blocks if two is None)
    assert alone > 0
    assert sum(blocks.reads) == len(range(0, 2 * FIRST.count(b"\n") // 4, 7))
    assert blocks.findings == ()


@pytest.mark.hazard("H-54")
@pytest.mark.parametrize(
    ("cut", "codes"), [(0.5, {"FMT-081", "FMT-086"}), (0.0, {"FMT-086", "FMT-080"})]
)
def test_a_cut_or_empty_file_is_a_finding(tmp_path: Path, cut: float, codes: set[str]) -> None:
    content = written(tmp_path / "a.bam", "wb")
    answer = typed(ReadFile(name="a.bam", content=content[: int(cut * len(content))]))
    assert {one.code for one in answer.findings} & codes


def test_reads_without_qualities_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.bam"
    with pysam.AlignmentFile(str(path), "wb", header={"HD": {"VN": "1.6"}}) as out:
        one = pysam.AlignedSegment(out.header)
        one.query_name, one.flag, one.query_sequence = "r", 4, GENOME[:100]
        out.write(one)
    answer = typed(ReadFile(name="a.bam", path=str(path)))
    assert "FMT-087" in {one.code for one in answer.findings}
