import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.calling_rules import read_rules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.catalogue.output.call_tables import called_variants
from nanoward.flows.catalogue.call_reads import ReadSample, TypedReads, call_reads
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import long_reads, packed, random_genome

pytest.importorskip("mappy")
GENOME = random_genome(60_000, 1)
AGENT = agent_index({"b": GENOME[:45_000], "a": GENOME[45_000:]})
PLACES = [*range(1000, 40_000, 3000), 47_000, 55_000]
NEXT = str.maketrans("ACGT", "CGTA")


def changed() -> str:
    text = list(GENOME)
    for at in PLACES:
        text[at] = text[at].translate(NEXT)
    return "".join(text)


OTHER = changed()


def typed(name: str, content: bytes, technology: str) -> TypedReads:
    asked = ReadSample(sample="s", first=ReadFile(name=name, content=content))
    return call_reads(asked, AGENT, read_rules({"technology": technology}), FileFormats())


def told(answer: TypedReads) -> list[tuple[str, int, str, str]]:
    assert answer.calls is not None
    found = called_variants(answer.calls, AGENT)
    return [(one.contig, one.position, one.ref, one.alt) for one in found]


TRUTH = sorted(
    ("b" if at < 45_000 else "a", at % 45_000 + 1, GENOME[at], OTHER[at]) for at in PLACES
)


@pytest.mark.parametrize(("technology", "error"), [("ont", 0.03), ("pacbio", 0.003)])
def test_long_reads_tell_every_letter_and_nothing_else(technology: str, error: float) -> None:
    answer = typed("s.fastq.gz", packed(long_reads(OTHER, 30, 2, error)), technology)
    assert told(answer) == TRUTH
    assert answer.findings == ()


def test_a_deletion_of_five_thousand_is_told_by_long_reads() -> None:
    gone = GENOME[:20_000] + GENOME[24_900:]
    answer = typed("s.fastq", long_reads(gone, 30, 3), "ont")
    assert answer.calls is not None
    assert [one.size for one in answer.calls.indels] == [-4900]


def test_minor_letters_of_long_reads_stand_out_from_their_errors() -> None:
    reads = long_reads(GENOME, 80, 4) + long_reads(OTHER, 40, 5).replace(b"@l", b"@m")
    answer = typed("s.fastq", reads, "ont")
    assert answer.calls is not None
    assert told(answer) == TRUTH
    shares = [one.frequency for one in answer.calls.letters]
    assert np.mean(shares) == pytest.approx(1 / 3, abs=0.04)


def test_an_assembly_is_laid_whatever_its_contigs_are_called() -> None:
    turned = OTHER[20_000:45_000].translate(str.maketrans("ACGT", "TGCA"))[::-1]
    text = f">NODE_2\n{OTHER[45_000:]}\n>NODE_1\n{turned}\n>NODE_3\n{OTHER[:19_000]}\n"
    answer = typed("s.fasta", text.encode(), "assembly")
    assert told(answer) == [one for one in TRUTH if not (one[0] == "b" and one[1] == 19_001)]
    assert answer.calls is not None
    dark = answer.calls.consensus[AGENT.span("b")][19_000:20_000]
    assert (dark == 4).all()  # what was not assembled is unknown, not absent
    assert np.isnan(answer.calls.limit).all()


def test_reads_of_something_else_are_told_and_never_typed_silently() -> None:
    answer = typed("s.fastq", long_reads(random_genome(20_000, 9), 10, 6), "ont")
    assert "CAT-021" in {one.code for one in answer.findings}
