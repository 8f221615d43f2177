import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.catalogue.calling.structural_changes import (
    StructuralChange,
    StructuralEvidence,
    structural_evidence,
    structural_limit,
    uneven_contigs,
)
from nanoward.ports.reads import ReadFile
from nanoward.testing.lots import BREAKS, CHASSIS, PLASMID, Genome, lot_genome, lot_pairs
from nanoward.testing.reads import Library, random_genome

GENOME = lot_genome()
AGENT = agent_index(GENOME)
LENGTHS = dict(zip(AGENT.contigs, AGENT.lengths, strict=True))
LIBRARY = Library(depth=40, length=150, insert=350)


def evidence_of(changed: Genome, share: float, seed: int) -> StructuralEvidence:
    texts = lot_pairs(GENOME, changed, share, LIBRARY, seed)
    first, second = (
        ReadFile(name=f"{at}.fastq", content=text) for at, text in enumerate(texts, 1)
    )
    blocks = FileFormats().blocks(first, second)
    return structural_evidence(blocks, AGENT, lambda: blocks.offset)


def is_seen(evidence: StructuralEvidence) -> bool:
    uneven = uneven_contigs(evidence.deep, LENGTHS, [PLASMID])
    return bool(evidence.changes or evidence.unknown or uneven)


def seen(kind: str, seeds: range) -> int:
    change, share = BREAKS[kind]
    return sum(is_seen(evidence_of(change(GENOME, one), share, one)) for one in seeds)


TURNED = str.maketrans("ACGT", "TGCA")
OTHER = random_genome(3_000, 99)  # no part of the agent
Mates = tuple[str, str]  # letters of a fragment's reads, both as the first strand has them


def fragment(letters: str) -> Mates:
    return letters[:150], letters[-150:]


def tiled(letters: str, step: int) -> list[Mates]:
    """Fragments of 350 letters, one after another."""
    return [fragment(letters[at : at + 350]) for at in range(0, len(letters) - 349, step)]


SOUND = [one for letters in GENOME.values() for one in tiled(letters, 10)]  # 30x


def told_by(*odd: Mates, turned: bool = True) -> StructuralEvidence:
    """Evidence of a sound agent's fragments and some odd ones, whose mates may lie turned."""
    texts = ["", ""]
    for at, (one, two) in enumerate([*SOUND, *odd]):
        back = turned or at < len(SOUND)
        for side, letters in enumerate((one, two.translate(TURNED)[::-1] if back else two)):
            texts[side] += f"@{at}\n{letters}\n+\n{'I' * len(letters)}\n"
    files = [ReadFile(name=f"{at}", content=text.encode()) for at, text in enumerate(texts)]
    blocks = FileFormats().blocks(*files)
    return structural_evidence(blocks, AGENT, lambda: blocks.offset)


def kinds(changes: tuple[StructuralChange, ...]) -> set[tuple[str, str]]:
    return {(one.kind, one.contig) for one in changes}


def test_fragments_of_the_agent_alone_tell_nothing_and_are_thirty_deep() -> None:
    told = told_by()
    assert (told.changes, told.unknown, told.read_length) == ((), 0, 150.0)
    assert told.deep == {CHASSIS: 30, PLASMID: 30}


@pytest.mark.hazard("H-194")
def test_four_different_fragments_that_leave_at_one_place_are_a_break() -> None:
    left = [fragment(GENOME[CHASSIS][2_900 - at : 3_000] + OTHER[:250]) for at in range(4)]
    right = [fragment(OTHER[:250] + GENOME[CHASSIS][3_000 : 3_100 + at]) for at in range(4)]
    for some in (left, right):
        (told,) = told_by(*some).changes
        assert (told.kind, told.contig, told.fragments) == ("break", CHASSIS, 4)
        assert abs(told.position - 3_001) <= 3
        assert told_by(*some[:3]).changes == ()
        assert told_by(*some[:1] * 9).changes == ()  # copies of one


def test_ends_of_a_few_letters_or_far_apart_are_no_break() -> None:
    short = [fragment(GENOME[CHASSIS][2_862 - at : 3_000] + OTHER[:12]) for at in range(4)]
    short = [(letters[:150], GENOME[CHASSIS][3_000:3_150]) for letters, _ in short]
    assert told_by(*short).changes == ()
    apart = [
        fragment(GENOME[CHASSIS][2_900 + 30 * at : 3_000 + 30 * at] + OTHER[at : at + 250])
        for at in range(4)
    ]
    assert told_by(*apart).changes == ()


def test_a_circle_that_goes_on_at_its_other_end_is_no_break() -> None:
    plasmid = GENOME[PLASMID]
    over = [fragment(plasmid[-100 - 3 * at :] + plasmid[: 250 - 3 * at]) for at in range(12)]
    assert told_by(*over).changes == ()


@pytest.mark.hazard("H-194")
@pytest.mark.parametrize("contig", [CHASSIS, PLASMID])
def test_five_pairs_too_far_apart_or_on_two_contigs_are_told(contig: str) -> None:
    far = [
        (GENOME[CHASSIS][at : at + 150], GENOME[contig][at + 500 : at + 650])
        for at in range(2_450, 2_480, 6)
    ]
    assert kinds(told_by(*far).changes) == {("mates", CHASSIS), ("mates", contig)}
    assert told_by(*far[:4]).changes == ()
    near = [fragment(GENOME[CHASSIS][at : at + 390]) for at in range(2_450, 2_480, 6)]
    assert told_by(*near).changes == ()  # 390 of usually 350 letters


@pytest.mark.hazard("H-194")
def test_mates_on_two_contigs_are_told_however_far_apart_their_letters_stand() -> None:
    """A circle's length on, a read of the chassis stands as far ahead as a mate of its own."""
    across = [
        (GENOME[PLASMID][at : at + 150], GENOME[CHASSIS][at + place : at + place + 150])
        for at in range(1_500, 1_530, 6)
        for place in (4_200, -800)
    ]
    for some in (across[::2], across[1::2]):
        told = kinds(told_by(*some).changes)
        assert told == {("mates", CHASSIS), ("mates", PLASMID)}


def test_pairs_over_the_first_letter_of_a_circle_are_told_nowhere() -> None:
    plasmid = GENOME[PLASMID] * 2
    over = [fragment(plasmid[4_660 + at : 5_010 + at]) for at in range(0, 335, 5)]
    over = [one for one in over if len(one[0]) == 150]
    told = told_by(*over)
    assert (told.changes, told.unknown) == ((), 0)


@pytest.mark.hazard("H-194")
def test_pairs_that_lie_the_same_way_round_are_told() -> None:
    """Both ends of such a pair leave there, and the pair is one fragment all the same."""
    some = [fragment(GENOME[CHASSIS][at : at + 350]) for at in range(2_450, 2_480, 6)]
    told = told_by(*some, turned=False).changes
    assert {(one.kind, one.contig, one.fragments) for one in told} == {("mates", CHASSIS, 5)}
    assert told_by(*some[:4], turned=False).changes == ()


@pytest.mark.hazard("H-194")
def test_five_mates_without_a_place_beside_those_that_have_one_are_told() -> None:
    lone = [
        (GENOME[CHASSIS][at : at + 150], OTHER[4 * at - 9_500 : 4 * at - 9_350])
        for at in range(2_450, 2_480, 6)
    ]
    assert kinds(told_by(*lone).changes) == {("unplaced", CHASSIS)}
    assert told_by(*lone[:4]).changes == ()


@pytest.mark.hazard("H-194")
def test_words_of_unplaced_reads_that_come_again_are_unknown_dna() -> None:
    assert 2_300 <= told_by(*tiled(OTHER, 50)).unknown <= 3_000
    assert told_by(*tiled(OTHER, 350)).unknown == 0  # none three times
    assert told_by(*[fragment(OTHER[:200])] * 4).unknown == 0  # 170 words


def test_a_contig_is_uneven_below_seven_tenths_of_the_longest() -> None:
    deep, lengths = {"a": 40.0, "b": 27.9, "c": 28.1}, {"a": 9, "b": 5, "c": 5}
    assert uneven_contigs(deep, lengths, ["b", "c"]) == (("b", "a", pytest.approx(0.6975)),)
    assert uneven_contigs(deep, lengths, ["c"]) == ()


@pytest.mark.hazard("H-194")
@pytest.mark.parametrize("kind", BREAKS)
def test_structural_breaks_in_30_percent_of_the_cells_are_seen_at_40x(kind: str) -> None:
    assert seen(kind, range(3)) == 3


@pytest.mark.soak
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("kind", BREAKS)
def test_structural_breaks_are_seen_in_99_of_100_lots(kind: str) -> None:
    assert seen(kind, range(100)) >= 99


def test_sound_lots_show_no_structural_change() -> None:
    assert not any(is_seen(evidence_of({}, 0.0, 10_000 + one)) for one in range(10))


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_none_of_a_thousand_sound_lots_shows_a_structural_change() -> None:
    assert sum(is_seen(evidence_of({}, 0.0, 10_000 + one)) for one in range(1_000)) == 0


def test_the_limit_is_that_of_a_poisson_count_at_the_depth() -> None:
    """At 40x of 150 letters a share f leaves a mean of 40 f 110/150 ends: 7.75 for four."""
    depth = np.full(100, 40)
    told = StructuralEvidence(deep={}, depth=depth, read_length=150.0)
    assert structural_limit(told, slice(0, 100)) == pytest.approx(7.754 * 150 / 110 / 40, 1e-3)
    thin = StructuralEvidence(deep={}, depth=depth // 20, read_length=150.0)
    assert structural_limit(thin, slice(0, 100)) is None


def test_a_lot_without_reads_says_nothing() -> None:
    told = structural_evidence([], AGENT, lambda: 33)
    assert (told.changes, told.unknown, told.read_length) == ((), 0, 0.0)
    assert uneven_contigs(told.deep, LENGTHS, [PLASMID]) == ()
