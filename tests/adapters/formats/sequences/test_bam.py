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


def lines_of(*rows: tuple[str, int, int, str, int, str]) -> bytes:
    """SAM of (name, flag, position, CIGAR, position of the mate, group) on one contig."""
    text = f"@SQ\tSN:c\tLN:{len(GENOME)}\n@RG\tID:x\n@RG\tID:y\n"
    for name, flag, place, cigar, mate, group in rows:
        letters = GENOME[place - 1 : place + 49]
        text += f"{name}\t{flag}\tc\t{place}\t60\t{cigar}\t=\t{mate}\t0\t{letters}\t*"
        text += f"\tRG:Z:{group}\n" if group else "\n"
    return text.encode()


def read_back(content: bytes, **more: Any) -> tuple[AlignedBlocks, list[tuple[int, int]]]:
    blocks = AlignedBlocks(ReadFile(name="a.sam", content=content, **more))
    sizes = [
        (int(one.where[row, 1]), -1 if two is None else int(two.where[row, 1]))
        for one, two in blocks
        for row in range(len(one.where))
    ]
    return blocks, sizes


@pytest.mark.hazard("H-182")
@pytest.mark.parametrize("groups", [("x", "y"), ("", "")])
def test_reads_of_two_lanes_may_bear_one_name(groups: tuple[str, str]) -> None:
    a, b = groups
    content = lines_of(
        ("r", 0x41, 101, "50M", 301, a), ("r", 0x41, 501, "50M", 701, b),
        ("r", 0x81, 301, "40M10S", 101, a), ("r", 0x81, 701, "30M20S", 501, b),
    )  # fmt: skip
    blocks, sizes = read_back(content)
    assert blocks.reads == (2, 2)
    assert sizes == [(50, 40), (50, 30)]


@pytest.mark.hazard("H-182")
def test_mates_that_do_not_point_at_each_other_are_joined_by_name_at_the_end() -> None:
    content = lines_of(("r", 0x41, 101, "50M", 302, ""), ("r", 0x81, 301, "50M", 101, ""))
    assert read_back(content)[1] == [(50, 50)]


@pytest.mark.hazard("H-183")
def test_letters_that_were_clipped_softly_are_left_out_unless_they_are_wanted() -> None:
    content = lines_of(("r", 0, 101, "8S42M", 0, ""), ("s", 0x10, 101, "40M10S", 0, ""))
    assert read_back(content)[1] == [(42, -1), (40, -1)]
    assert read_back(content, clipped=True)[1] == [(50, -1), (50, -1)]
    blocks = AlignedBlocks(ReadFile(name="a.sam", content=content))
    one, _ = next(iter(blocks))
    start, length, _ = one.where[1].tolist()
    turned = GENOME[100:140].translate(TURN)[::-1]
    assert one.text[start : start + length].tobytes().decode() == turned


@pytest.mark.hazard("H-183")
@pytest.mark.parametrize(("names", "told"), [("xx", []), ("xy", ["FMT-315"])])
def test_reads_of_several_samples_in_one_file_are_told(names: str, told: list[str]) -> None:
    groups = "".join(f"@RG\tID:{at}\tSM:{name}\n" for at, name in enumerate(names))
    content = groups.encode() + lines_of(("r", 0, 101, "50M", 0, ""))
    blocks, _ = read_back(content)
    assert [one.code for one in blocks.findings if one.code != "FMT-087"] == told


@pytest.mark.hazard("H-182")
def test_lines_that_are_left_out_are_told_and_counted() -> None:
    content = lines_of(("r", 0x200, 101, "50M", 0, ""), ("t", 0x100, 101, "50M", 0, ""))
    blocks, _ = read_back(content)
    assert [one.code for one in blocks.findings] == ["FMT-080", "FMT-317"]
    assert "2 lines are secondary, failed or without letters" in blocks.findings[0].message


@pytest.mark.hazard("H-54")
def test_a_bam_without_the_mark_of_its_end_is_cut_short(tmp_path: Path) -> None:
    content = written(tmp_path / "a.bam", "wb")[:-28]
    blocks = AlignedBlocks(ReadFile(name="a.bam", content=content))
    count = sum(len(one.where) + len(two.where if two else ()) for one, two in blocks)
    (told,) = blocks.findings
    assert told.code == "FMT-081"
    assert f"{count:,} reads before it were used" in told.message
