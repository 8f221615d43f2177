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
