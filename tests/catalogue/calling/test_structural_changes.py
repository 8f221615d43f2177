import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.catalogue.calling.structural_changes import (
    StructuralEvidence,
    structural_evidence,
    structural_limit,
    uneven_contigs,
)
from nanoward.ports.reads import ReadFile
from nanoward.testing.lots import BREAKS, PLASMID, Genome, lot_genome, lot_pairs
from nanoward.testing.reads import Library

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
