from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nanoward.catalogue import CatalogueRules, Consensus, SampleInput, Variant, profile_sample
from nanoward.catalogue.samples.sample_inputs import CallableRegion

REFERENCE = "".join(np.random.default_rng(8).choice(list("ACGT"), 200))
RULES = CatalogueRules()


def other(letter: str, step: int = 1) -> str:
    return "ACGT"[("ACGT".index(letter) + step) % 4]


def variant(position: int, alt: str, frequency: float, ref: str = "") -> Variant:
    return Variant(
        contig="c", position=position, ref=ref, alt=alt, frequency=frequency, depth=100
    )


def sample(*sequences: str, variants: tuple[Variant, ...] = (), **more: Any) -> SampleInput:
    consensus = tuple(
        Consensus(contig="c", run=f"r{k}", sequence=text) for k, text in enumerate(sequences)
    )
    return SampleInput(
        sample="s", participant="p", taken=None, consensus=consensus, variants=variants, **more
    )


def read(material: SampleInput, rules: CatalogueRules = RULES) -> Any:
    return profile_sample(material, {"": {"c": REFERENCE}}, rules)


def test_a_sample_by_hand_a_substitution_a_minor_variant_and_an_unreadable_position() -> None:
    ref5, ref9 = REFERENCE[4], REFERENCE[8]
    text = REFERENCE[:4] + other(ref5) + REFERENCE[5:199] + "N"
    got = read(sample(text, variants=(variant(9, other(ref9), 0.25),)))
    assert [
        (f["position"], f["ref"], f["alt"], f["frequency"], f["evidence"]) for f in got.factors
    ] == [
        (5, ref5, other(ref5), 1.0, "consensus"),
        (9, ref9, other(ref9), 0.25, "minor"),
    ]
    profile = got.profile
    assert (profile["readable"], profile["reference_length"]) == (199, 200)
    assert (profile["consensus_differences"], profile["minor_variants"]) == (1, 1)
    assert profile["distance"] == pytest.approx(1.25 / 199)
    assert profile["typed_as"] == "agent"
    assert got.findings == ()


def test_a_minor_variant_back_to_the_reference_lowers_the_consensus_factor() -> None:
    ref = REFERENCE[4]
    text = REFERENCE[:4] + other(ref) + REFERENCE[5:]
    got = read(sample(text, variants=(variant(5, ref, 0.2),)))
    assert [(f["alt"], f["frequency"]) for f in got.factors] == [(other(ref), 0.8)]


def test_the_consensus_allele_listed_as_a_variant_leaves_the_rest_to_the_reference() -> None:
    ref = REFERENCE[4]
    text = REFERENCE[:4] + other(ref) + REFERENCE[5:]
    got = read(sample(text, variants=(variant(5, other(ref), 0.97, ref),)))
    assert [(f["alt"], f["frequency"]) for f in got.factors] == [(other(ref), 0.97)]


@pytest.mark.hazard("H-09")
def test_runs_that_contradict_each_other_take_the_sample_out() -> None:
    letters = list(REFERENCE)
    for place in range(20, 160, 10):
        letters[place] = other(letters[place])
    got = read(sample(REFERENCE, "".join(letters)))
    assert got.profile["typed_as"] == "unreadable"
    assert [one.code for one in got.findings] == ["CAT-003"]
    assert "14 positions" in got.findings[0].message


def test_something_else_is_typed_as_other_and_too_little_as_unreadable() -> None:
    strange = "".join(np.random.default_rng(9).choice(list("ACGT"), 200))
    assert read(sample(strange)).profile["typed_as"] == "other"
    assert read(sample(REFERENCE[:80] + "N" * 120)).profile["typed_as"] == "unreadable"
    relative = list(REFERENCE)
    for place in range(0, 200, 4):  # 25 % of positions, each window still on its diagonal
        relative[place] = other(relative[place])
    assert read(sample("".join(relative))).profile["typed_as"] == "other"


def test_variants_without_a_consensus_are_used_with_a_doubt() -> None:
    got = read(sample(variants=(variant(9, other(REFERENCE[8]), 0.9),)))
    assert got.findings == ()  # that there is no consensus is told once, by sample_inputs
    assert got.profile["consensus_differences"] == 1


def test_variants_that_do_not_fit_the_reference_are_findings() -> None:
    wrong = variant(9, other(REFERENCE[8]), 0.3, other(REFERENCE[8], 2))
    got = read(sample(REFERENCE, variants=(wrong, variant(900, "A", 0.3))))
    assert sorted(one.code for one in got.findings) == ["CAT-005", "CAT-008"]
    assert got.factors == ()


def test_positions_along_the_consensus_are_carried_over() -> None:
    rules = CatalogueRules(variant_positions="consensus", trim_ends=2)
    text = REFERENCE[10:]
    hits = (variant(6, other(REFERENCE[15]), 0.3), variant(1, other(REFERENCE[10]), 0.3))
    got = read(sample(text, variants=hits), rules)
    assert [(f["position"], f["ref"]) for f in got.factors] == [(16, REFERENCE[15])]
    assert [one.code for one in got.findings] == ["CAT-009"]


def test_unknown_contigs_and_lineages_are_findings() -> None:
    lost = Consensus(contig="x", run="", sequence="ACGT")
    material = SampleInput(sample="s", participant="p", taken=None, consensus=(lost,))
    got = read(material)
    assert [(one.code, dict(one.row)["contig"]) for one in got.findings] == [("CAT-002", "x")]
    got = read(sample(REFERENCE, lineage="H5N1"))
    assert [one.code for one in got.findings] == ["CAT-006"]
    assert got.profile["typed_as"] == "unreadable"


@pytest.mark.hazard("H-176")
def test_a_run_of_inserted_or_deleted_letters_is_one_factor_and_one_difference() -> None:
    text = REFERENCE[:60] + REFERENCE[63:120] + "ACGTA" + REFERENCE[120:]
    got = read(sample(text))
    assert sorted(len(f["alt"]) - len(f["ref"]) for f in got.factors) == [-3, 5]
    assert all(f["alt"][0] == f["ref"][0] for f in got.factors)
    assert got.profile["consensus_differences"] == 2
    assert got.profile["distance"] == pytest.approx(2 / 200)


@pytest.mark.hazard("H-176")
def test_dashes_are_deleted_letters_within_and_nothing_at_the_ends() -> None:
    cut = REFERENCE[:60] + REFERENCE[72:]
    dashed = REFERENCE[:60] + "-" * 12 + REFERENCE[72:]
    assert read(sample(cut)).factors == read(sample(dashed)).factors
    padded = read(sample("-" * 20 + REFERENCE[20:170] + "-" * 30))
    unread = read(sample("N" * 20 + REFERENCE[20:170] + "N" * 30))
    assert (padded.profile, padded.factors) == (unread.profile, unread.factors)
    assert padded.profile["consensus_differences"] == 0


@pytest.mark.hazard("H-177")
def test_one_change_written_in_four_ways_gives_one_profile() -> None:
    a, b = REFERENCE[99], REFERENCE[100]
    x, y = other(a), other(b)
    ways = (
        (variant(100, x, 1.0, a), variant(101, y, 1.0, b)),
        (variant(100, x + y, 1.0, a + b),),
        (variant(99, REFERENCE[98] + x + y + REFERENCE[101], 1.0, REFERENCE[98:102]),),
    )
    told = [read(sample(variants=some)) for some in ways]
    told.append(read(sample(REFERENCE[:99] + x + y + REFERENCE[101:])))
    assert len({one.profile["consensus_differences"] for one in told}) == 1
    assert len({one.aligned for one in told}) == 1
    kept = [tuple((f["position"], f["ref"], f["alt"]) for f in one.factors) for one in told]
    assert set(kept) == {((100, a, x), (101, b, y))}


@pytest.mark.hazard("H-177")
def test_every_letter_of_ref_is_held_to_the_reference_and_unread_where_it_differs() -> None:
    wrong = REFERENCE[9:11] + other(REFERENCE[11])
    got = read(sample(variants=(variant(10, REFERENCE[9], 0.9, wrong),)))
    assert [one.code for one in got.findings] == ["CAT-008"]
    assert (got.profile["readable"], got.factors) == (197, ())


@pytest.mark.hazard("H-178")
@pytest.mark.hazard("H-244")
@pytest.mark.parametrize("unread", [(95, 105), (95, 100), (100, 105)])
def test_an_insertion_beside_unread_letters_is_told_as_unread_and_shifts_none(
    unread: tuple[int, int],
) -> None:
    first, last = unread
    letters = REFERENCE[:first] + "N" * (last - first) + REFERENCE[last:]
    inserted = variant(100, REFERENCE[99] + REFERENCE[100], 1.0, REFERENCE[99])
    laid = (Consensus(contig="c", run="", sequence=letters, laid=True),)
    bare = SampleInput(sample="s", participant="p", taken=None, consensus=laid, variants=())
    told = read(replace(bare, variants=(inserted,)))
    assert told.factors == ()
    assert told.aligned == read(bare).aligned
    read_on = Consensus(contig="c", run="", sequence=REFERENCE, laid=True)
    assert len(read(replace(bare, consensus=(read_on,), variants=(inserted,))).factors) == 1


def test_regions_say_what_was_read_where_no_variant_is() -> None:
    dark = CallableRegion(contig="c", first=11, last=20, readable=False)
    got = read(sample(regions=(dark,)))
    assert (got.profile["readable"], got.profile["consensus_differences"]) == (190, 0)
    nothing = CallableRegion(contig="c", first=1, last=None, readable=False)
    block = CallableRegion(contig="c", first=1, last=150, readable=True)
    got = read(sample(regions=(nothing, block, dark)))
    assert got.profile["readable"] == 140
    assert got.findings == ()
