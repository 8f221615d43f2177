import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.catalogue.call_reads import ReadSample, TypedReads, call_reads
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.primer_masking import PrimerSites
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs

TURN = str.maketrans("ACGT", "TGCA")
GENOME = random_genome(60_000, 1)
OTHER = GENOME[:30_000] + "ACGTT" + GENOME[30_000:45_000] + GENOME[45_020:]
AGENT = agent_index({"c": GENOME})


def typed(first: bytes, second: bytes | None, threads: int = 1) -> TypedReads:
    asked = ReadSample(
        sample="s",
        first=ReadFile(name="s_1", content=first),
        second=None if second is None else ReadFile(name="s_2", content=second),
    )
    return call_reads(asked, AGENT, CallingRules(), FileFormats(), threads=threads)


def test_the_answer_does_not_depend_on_threads_or_packing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from nanoward.adapters.formats.sequences import fastq

    monkeypatch.setattr(fastq, "PIECE", 1 << 16)  # many blocks
    first, second = simulated_pairs(OTHER, Library(depth=40, error=0.005, copies=2), 2)
    answers = [
        typed(first, second),
        typed(first, second, threads=2),
        typed(packed(first), packed(second), threads=5),
    ]
    for other in answers[1:]:
        assert other.calls is not None
        assert answers[0].calls is not None
        for name in ("consensus", "trusted", "depth", "limit", "errors"):
            np.testing.assert_array_equal(
                getattr(other.calls, name), getattr(answers[0].calls, name)
            )
        for name in ("letters", "strangers", "indels", "tally"):
            assert getattr(other.calls, name) == getattr(answers[0].calls, name)


def test_mates_can_change_places_without_changing_the_variants() -> None:
    first, second = simulated_pairs(OTHER, Library(), 2)
    one, two = typed(first, second), typed(second, first)
    assert one.calls is not None
    assert two.calls is not None
    assert one.calls.indels == two.calls.indels


def test_single_reads_are_typed_too() -> None:
    first, _ = simulated_pairs(OTHER, Library(depth=80), 2)
    told = typed(first, None)
    assert told.calls is not None
    assert [one.size for one in told.calls.indels] == [5, -20]


@pytest.mark.hazard("H-54")
def test_mates_of_two_samples_give_no_profile() -> None:
    first, _ = simulated_pairs(OTHER, Library(depth=4), 2, "a")
    _, second = simulated_pairs(OTHER, Library(depth=4), 3, "b")
    told = typed(first, second)
    assert told.calls is None
    assert (told.findings[0].code, told.findings[0].subject) == ("FMT-085", "s")


def test_no_reads_are_told_and_not_read_as_nothing_found() -> None:
    told = typed(b"", b"")
    assert {"FMT-080", "CAT-021"} <= {one.code for one in told.findings}


@pytest.mark.hazard("H-182")
def test_lanes_of_one_sample_are_counted_together() -> None:
    first, second = simulated_pairs(OTHER, Library(depth=40), 2)
    half = len(first.splitlines()) // 8 * 4
    lanes = []
    for part in (slice(0, half), slice(half, None)):
        names = zip("12", (first, second), strict=True)
        lanes.append(
            [
                ReadFile(name=f"{mate}.fq", content=b"\n".join(text.splitlines()[part]) + b"\n")
                for mate, text in names
            ]
        )
    whole = typed(first, second)
    asked = ReadSample(
        sample="s", first=lanes[0][0], second=lanes[0][1], more=((lanes[1][0], lanes[1][1]),)
    )
    told = call_reads(asked, AGENT, CallingRules(), FileFormats())
    assert told.calls is not None
    assert whole.calls is not None
    assert told.calls.tally == whole.calls.tally
    assert told.calls.letters == whole.calls.letters


@pytest.mark.hazard("H-183")
def test_letters_that_primers_brought_are_not_believed() -> None:
    start, width = 3000, 400
    changed = GENOME[: start + 5] + "ACGT"["CGTA".index(GENOME[start + 5])]
    changed += GENOME[start + 6 :]
    insert = changed[start : start + width]
    first, second = (
        "".join(f"@r{at}\n{letters}\n+\n{'I' * 150}\n" for at in range(40)).encode()
        for letters in (insert[:150], insert[-150:].translate(TURN)[::-1])
    )
    asked = ReadSample(
        sample="s",
        first=ReadFile(name="1.fq", content=first),
        second=ReadFile(name="2.fq", content=second),
        primers=PrimerSites(
            forward=np.array([[start, start + 20]]),
            backward=np.array([[start + width - 20, start + width]]),
        ),
    )
    calls = call_reads(asked, AGENT, CallingRules(), FileFormats()).calls
    assert calls is not None
    assert calls.trusted[start : start + 20].tolist() == [0] * 20
    assert calls.trusted[start + 20] == 40
    assert calls.trusted[start + width - 21 : start + width].tolist() == [40, *[0] * 20]


CROWD = (30_000, 30_008)  # two insertions that stand so close that no read lies across them


PLAIN = GENOME[28_800:31_200]
CROWDED = f"{GENOME[28_800:30_000]}GTCCA{GENOME[30_000:30_008]}TTAGC{GENOME[30_008:31_200]}"


def of_cells(share: float, depth: float) -> TypedReads:
    """Reads of cells of which a share has the crowd."""
    parts = [(CROWDED, share), (PLAIN, 1 - share)]
    sides: list[bytes] = [b"", b""]
    for at, (letters, part) in enumerate(parts):
        pairs = simulated_pairs(letters, Library(depth=depth * part), 7 + at, f"r{at}")
        sides = [one + two for one, two in zip(sides, pairs, strict=True)]
    return typed(sides[0], sides[1])


@pytest.mark.hazard("H-244")
@pytest.mark.parametrize("depth", [40, 1_000])
def test_insertions_within_letters_of_each_other_are_told_at_any_depth(depth: int) -> None:
    """At great depth the few reads that seem to lie across would pass for the reference."""
    told = of_cells(1.0, depth).calls
    assert told is not None
    assert [(one.size, one.frequency > 0.95) for one in told.indels] == [(5, True), (5, True)]
    assert told.letters == ()
    assert (told.consensus[29_900:30_100] < 4).all()


@pytest.mark.hazard("H-244")
def test_a_crowd_of_most_cells_is_told_with_its_share_and_never_the_reference() -> None:
    for share in (0.58, 0.65):
        told = of_cells(share, 150).calls
        assert told is not None
        assert [one.size for one in told.indels] == [5, 5]
        assert all(0.5 < one.frequency < 0.8 for one in told.indels)
    few = of_cells(0.4, 150).calls
    assert few is not None
    assert few.indels == ()
    assert (few.consensus[slice(*CROWD)] == AGENT.codes[slice(*CROWD)]).all()


@pytest.mark.hazard("H-244")
def test_a_gap_within_primers_is_left_as_it_was() -> None:
    pairs = simulated_pairs(CROWDED, Library(depth=60), 7)
    files = [ReadFile(name=f"{at}", content=text) for at, text in enumerate(pairs)]
    none = np.zeros((0, 2), np.int64)
    told = {}
    for at in (29_500, 29_990):
        sites = PrimerSites(np.array([[at, at + 25]], np.int64), none)
        asked = ReadSample(sample="s", first=files[0], second=files[1], primers=sites)
        calls = call_reads(asked, AGENT, CallingRules(), FileFormats()).calls
        assert calls is not None
        told[at] = (len(calls.indels), bool((calls.consensus[slice(*CROWD)] == 4).any()))
    assert told == {29_500: (2, False), 29_990: (0, True)}


@pytest.mark.hazard("H-177")
def test_letters_of_a_stretch_that_was_deleted_are_no_calls() -> None:
    """Ends of reads that fit on within a deletion by chance are not letters of the sample."""
    genome = GENOME[:5_000]
    other = genome[:2_040] + genome[2_047:]
    first, second = simulated_pairs(other, Library(depth=400), 3)
    told = typed(first, second).calls
    assert told is not None
    assert [one.size for one in told.indels] == [-7]
    assert not [one for one in told.letters if 2_030 <= one.at < 2_057]
