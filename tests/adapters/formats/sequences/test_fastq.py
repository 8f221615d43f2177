from pathlib import Path

import numpy as np
import pytest

from nanoward.adapters.formats.sequences import fastq
from nanoward.adapters.formats.sequences.fastq import FastqBlocks
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs

GENOME = random_genome(3000, 1)
FIRST, SECOND = simulated_pairs(GENOME, Library(depth=20), 2)


def blocks_of(first: bytes, second: bytes | None = None) -> FastqBlocks:
    return FastqBlocks(
        ReadFile(name="a_1.fastq", content=first),
        None if second is None else ReadFile(name="a_2.fastq", content=second),
    )


def letters(blocks: FastqBlocks) -> list[bytes]:
    found = []
    for one, _ in blocks:
        text = one.text.tobytes()
        for start, length, _ in one.where.tolist():
            found.append(text[start : start + length])
    return found


def codes(blocks: FastqBlocks) -> list[str]:
    for _ in blocks:
        pass
    return [one.code for one in blocks.findings]


@pytest.mark.parametrize("piece", [700, 1 << 22])
@pytest.mark.parametrize("pack", [bytes, packed])
def test_every_read_comes_once_whatever_the_pieces(
    piece: int, pack: type[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastq, "PIECE", piece)
    blocks = blocks_of(pack(FIRST))
    assert letters(blocks) == FIRST.splitlines()[1::4]
    assert blocks.findings == ()
    assert blocks.offset == 33


def test_a_file_on_the_disk_is_streamed(tmp_path: Path) -> None:
    (tmp_path / "a.fastq.gz").write_bytes(packed(FIRST))
    blocks = FastqBlocks(ReadFile(name="a", path=str(tmp_path / "a.fastq.gz")), None)
    assert len(letters(blocks)) == FIRST.count(b"\n") // 4


def test_windows_line_ends_and_reads_of_many_lengths_are_read() -> None:
    text = b"".join(b"@r\r\n%s\r\n+\r\n%s\r\n" % (b"A" * n, b"+" * n) for n in range(2, 40))
    assert letters(blocks_of(text)) == [b"A" * n for n in range(2, 40)]
    text = b"".join(b"@r\n%s\n+\n%s\n" % (b"A" * n, b"+" * n) for n in (9, 7, 7, 5, 8, 3))
    assert [len(one) for one in letters(blocks_of(text))] == [9, 7, 7, 5, 8, 3]


def test_a_length_that_leads_to_the_next_reads_plus_is_not_taken_for_this_reads() -> None:
    lengths = (99, 30, 30, 150)  # from one read's letters to the end of the next one's: 99
    text = b"".join(b"@r%d\n%s\n+\n%s\n" % (n, b"A" * n, b"+" * n) for n in lengths)
    assert [len(one) for one in letters(blocks_of(text))] == [*lengths]


@pytest.mark.shared
def test_real_reads_of_every_length_are_read_whole() -> None:
    folder = Path(__file__).parents[4] / ".." / "shared" / "data" / "lambda_reads"
    if not folder.exists():
        pytest.skip("needs ../shared/data/lambda_reads")
    mates = [
        ReadFile(name=name, path=str(folder / name))
        for name in ("reads_1.fastq.gz", "reads_2.fastq.gz")
    ]
    blocks = FastqBlocks(*mates)
    assert sum(len(one.where) for one, _ in blocks) == 4000
    assert blocks.findings == ()


def test_a_last_line_without_an_end_is_whole() -> None:
    assert codes(blocks_of(FIRST.rstrip(b"\n"))) == []


@pytest.mark.hazard("H-54")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FMT-080"),
        (packed(b""), "FMT-080"),
        (packed(FIRST)[:2000], "FMT-081"),
        (FIRST[: len(FIRST) // 2 + 30], "FMT-081"),
        (FIRST.replace(b"\n+\n", b"\n-\n", 1), "FMT-082"),
        (FIRST + b">fasta\nACGT\n", "FMT-082"),
        (b"\x00\x01\x02\x03" * 50, "FMT-082"),
        (b"@a\nAC\n+b\nII\n", "FMT-082"),
        (b"@a\nAC\n+\nI\x7f\n", "FMT-082"),
    ],
)
def test_what_is_wrong_with_a_file_is_a_finding_and_never_a_crash(
    content: bytes, code: str
) -> None:
    assert code in codes(blocks_of(content))


def test_a_finding_names_the_line_of_the_read() -> None:
    blocks = blocks_of(FIRST + b">fasta\nACGT\n")
    codes(blocks)
    assert blocks.findings[0].line == FIRST.count(b"\n") + 1


def shifted(content: bytes, by: int) -> bytes:
    lines = content.splitlines()
    table = bytes((one + by) & 255 for one in range(256))
    lines[3::4] = [line.translate(table) for line in lines[3::4]]
    return b"\n".join(lines) + b"\n"


@pytest.mark.hazard("H-180")
def test_qualities_are_phred_33_unless_told_and_what_may_not_be_is_asked() -> None:
    old = blocks_of(shifted(FIRST, 31))
    assert codes(old) == ["FMT-084"]
    assert old.offset == 33
    told = FastqBlocks(ReadFile(name="a.fastq", content=shifted(FIRST, 31), phred=64), None)
    assert codes(told) == []
    assert told.offset == 64
    wrong = FastqBlocks(ReadFile(name="a.fastq", content=FIRST, phred=64), None)
    assert "FMT-083" in codes(wrong)
    for by in (0, 20, 50):  # HiFi, duplex and merged reads reach Q93
        assert codes(blocks_of(shifted(FIRST, by))) == []


@pytest.mark.hazard("H-180")
def test_letters_and_qualities_may_run_over_several_lines() -> None:
    lines = FIRST.splitlines()
    folded = b""
    for at in range(0, len(lines), 4):
        for line in lines[at : at + 4]:
            folded += b"\n".join(line[k : k + 60] for k in range(0, len(line), 60)) + b"\n"
    assert letters(blocks_of(folded)) == letters(blocks_of(FIRST))
    assert codes(blocks_of(folded)) == []


@pytest.mark.hazard("H-181")
@pytest.mark.parametrize("at", [1, 150, 201, 350])
def test_mates_out_of_step_are_found_however_late(at: int) -> None:
    first, second = simulated_pairs(GENOME, Library(depth=60), 2)
    lines = second.splitlines()
    del lines[4 * at : 4 * at + 4]
    blocks = blocks_of(first, b"\n".join(lines) + b"\n")
    assert codes(blocks) == ["FMT-085"]
    assert f"read {at + 1:,}," in blocks.findings[0].message


@pytest.mark.hazard("H-54")
def test_a_file_cut_short_says_how_many_reads_were_used() -> None:
    blocks = blocks_of(packed(FIRST)[:2000])
    used = len(letters(blocks))
    assert f"the {used:,} reads before it were used" in blocks.findings[0].message


def test_a_file_beside_itself_is_no_pair_of_mates() -> None:
    one, two = simulated_pairs(random_genome(2_000, 1), Library(depth=5), 1)
    assert letters(blocks_of(one, one)) == []
    assert codes(blocks_of(one, one)) == ["FMT-085"]
    assert codes(blocks_of(one, two)) == []


@pytest.mark.hazard("H-54")
def test_mates_that_do_not_belong_together_are_told() -> None:
    other = simulated_pairs(GENOME, Library(depth=20), 2, "q")[1]
    assert codes(blocks_of(FIRST, SECOND)) == []
    assert "FMT-085" in codes(blocks_of(FIRST, other))
    shorter = b"\n".join(SECOND.splitlines()[:-40]) + b"\n"
    assert "FMT-085" in codes(blocks_of(FIRST, shorter))


def test_mates_stay_in_step_when_their_pieces_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastq, "PIECE", 1000)
    longer = b"\n".join(
        line + b" a longer name" if at % 4 == 0 else line
        for at, line in enumerate(SECOND.splitlines())
    )
    pairs = 0
    for one, two in blocks_of(FIRST, longer + b"\n"):
        assert two is not None
        assert len(one.where) == len(two.where) > 0
        pairs += len(one.where)
    assert pairs == FIRST.count(b"\n") // 4


def test_noise_never_crashes() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        text = bytearray(FIRST[:1000])
        for at in rng.integers(0, len(text), 5):
            text[at] = int(rng.integers(256))
        codes(blocks_of(bytes(text)))


@pytest.mark.hazard("H-180")
def test_two_scales_in_one_file_are_told_where_every_read_is_of_one_of_them() -> None:
    def reads(quality: bytes, count: int) -> bytes:
        return b"".join(b"@r%d\nACGTA\n+\n%b\n" % (at, quality) for at in range(count))

    new, old, binned, hifi = b"#,:FF", b"Bchhh", b"FFFFF", b"+5~~~"
    assert codes(blocks_of(reads(new, 30) + reads(old, 30))) == ["FMT-319"]
    assert codes(blocks_of(reads(binned, 50) + reads(new, 30) + reads(old, 30))) == ["FMT-319"]
    assert codes(blocks_of(reads(new, 30) + reads(binned, 30))) == []
    assert codes(blocks_of(reads(new, 30) + reads(hifi, 30))) == []
    # reads that both scales cannot explain are of machines that use the whole range
    assert codes(blocks_of(reads(new, 30) + reads(old, 30) + reads(hifi, 1))) == []
    assert codes(blocks_of(reads(new, 30) + reads(old, 19))) == []  # too few to know


@pytest.mark.parametrize(
    ("third", "is_told"), [(b"", False), (b"r7 x", False), (b"r7", True), (b"r8 x", True)]
)
def test_a_third_line_says_nothing_or_the_first_line_again(
    third: bytes, *, is_told: bool
) -> None:
    text = b"@r7 x\nACGT\n+%s\nIIII\n" % third
    assert bool(codes(blocks_of(text))) == is_told
