import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from nanoward.catalogue.identity.identity_test import (
    Identity,
    IdentityRules,
    RecurrentMismatches,
    SecondStrain,
    by_consensus,
    byar_limits,
    confirmed,
    identity_limits,
    identity_of_reads,
    rate_mixture,
    spread_of,
)
from nanoward.sequencing.read_identity import Sketch, Walks

LENGTH = 1_000_000
RULES = IdentityRules(length=LENGTH, least=0.99)


def sketch(
    parts: list[tuple[int, float]], seed: int = 1, piece: tuple[int, int] = (0, LENGTH)
) -> Sketch:
    """Pairs of (how many, divergence), their letters wrong as often as their qualities say."""
    rng = np.random.default_rng(seed)
    rows, doubt = [], []
    for count, rate in parts:
        tried = rng.integers(150, 250, count)
        expected = tried * 10 ** -rng.uniform(3.2, 3.8, count)
        wrong = rng.poisson(tried * rate + expected)
        first = rng.integers(piece[0], piece[1] - 400, count)
        rows.append(np.column_stack([np.full((count, 2), 2), tried, wrong, first, first + 400]))
        doubt.append(expected)
    seen = np.concatenate(rows).astype(np.int64)
    walks = Walks(np.arange(len(seen), dtype=np.uint64), seen, np.concatenate(doubt))
    return Sketch(walks=walks, pairs=len(seen))


def verdict(parts: list[tuple[int, float]], **more: object) -> Identity:
    return identity_of_reads(sketch(parts, **more), 10_000, RULES)  # type: ignore[arg-type]


def test_ours_a_relative_and_nothing_are_told_apart() -> None:
    ours, far = verdict([(300, 0.0)]), verdict([(300, 0.03)])
    assert (ours.verdict, far.verdict) == ("ours", "relative")
    assert far.identity == pytest.approx(0.97, abs=0.003)
    assert far.low is not None
    assert far.high is not None
    assert far.low < 0.97 < far.high
    empty = Sketch(walks=Walks(np.zeros(0, np.uint64), np.zeros((0, 6), np.int64), np.zeros(0)))
    assert identity_of_reads(empty, 500, RULES).verdict == "absent"


def test_what_too_few_letters_or_the_limit_itself_cannot_tell_is_not_told() -> None:
    assert verdict([(3, 0.0)]).verdict == "cannot tell"
    assert verdict([(3, 0.05)]).verdict == "cannot tell"
    assert verdict([(200, 0.01)]).verdict == "cannot tell"
    short = Walks(
        np.zeros(4, np.uint64), np.tile(np.array([2, 1, 0, 0, 9, 40]), (4, 1)), np.zeros(4)
    )
    assert identity_of_reads(Sketch(walks=short, pairs=4), 9, RULES).verdict == "cannot tell"


def test_sound_samples_are_not_gated_whatever_their_depth() -> None:
    """In 3,000 sound samples of 8 to 400 pairs, drifted by up to 0.2 %: none (goal 0.1 %)."""
    rng = np.random.default_rng(5)
    told: dict[int, list[str]] = {8: [], 40: [], 400: []}
    for at in range(1_000):
        for pairs, verdicts in told.items():
            rate = rng.uniform(0, 0.002)
            verdicts.append(verdict([(pairs, rate)], seed=3 * at + pairs).verdict)
    assert {one for verdicts in told.values() for one in verdicts} <= {"ours", "cannot tell"}
    assert told[40].count("cannot tell") + told[400].count("cannot tell") == 0


def test_limits_hold_the_true_divergence() -> None:
    out = 0
    for at in range(1_000):
        told = verdict([(60, 0.015)], seed=4_000 + at)
        assert told.low is not None
        assert told.high is not None
        out += not told.low <= 0.985 <= told.high
    assert out <= 6  # one in a thousand wished


@given(found=st.floats(0, 500), sds=st.floats(0.5, 4.0))
def test_limits_stand_on_both_sides_and_widen(found: float, sds: float) -> None:
    low, high = byar_limits(found, sds)
    assert 0 <= low <= found < high
    wider = byar_limits(found, sds + 0.5)
    assert wider[0] <= low
    assert wider[1] >= high


@pytest.mark.parametrize("found", [1, 5, 30, 200])
def test_limits_are_near_the_exact_ones(found: int) -> None:
    low, high = byar_limits(found, 1.96)
    assert low == pytest.approx(chi2.ppf(0.025, 2 * found) / 2, rel=0.05, abs=0.02)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * found + 2) / 2, rel=0.02)


def test_pairs_of_one_gene_do_not_make_the_limits_narrow() -> None:
    tried, doubt = np.full(100, 200), np.zeros(100)
    even = identity_limits(tried, np.full(100, 2), doubt)
    lumped = identity_limits(tried, np.repeat([20, 0], [10, 90]), doubt)
    assert even[1] == lumped[1] == 0.99
    assert lumped[0] < even[0]
    assert lumped[2] > even[2]


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_two_strains_are_told_with_share_and_likeness(share: float) -> None:
    other = int(4_000 * share)
    told = verdict([(4_000 - other, 0.0), (other, 0.02)])
    assert told.second is not None
    small = min(share, 1 - share)
    assert told.second.share == pytest.approx(small, abs=0.02)
    assert told.identity is not None
    assert {round(told.second.identity, 2), round(told.identity, 2)} == {0.98, 1.0}


def test_pure_samples_are_not_told_as_two_strains() -> None:
    """1,500 pure ones of any divergence: at most 1 % (none is seen)."""
    rng = np.random.default_rng(6)
    told = 0
    for at in range(1_500):
        rate = float(rng.choice([0.0, 0.001, 0.01, 0.03]))
        told += verdict([(int(rng.choice([60, 800])), rate)], seed=at).second is not None
    assert told == 0


def test_one_foreign_piece_is_not_a_second_strain() -> None:
    own, piece = sketch([(4_000, 0.0)]), sketch([(100, 0.03)], 2, (5_000, 9_000))
    walks = Walks(*(np.concatenate(two) for two in zip(own.walks, piece.walks, strict=True)))
    told = identity_of_reads(Sketch(walks=walks, pairs=4_100), 5_000, RULES)
    assert (told.verdict, told.second) == ("ours", None)


def test_reads_of_one_place_alone_are_a_part() -> None:
    told = verdict([(400, 0.0)], piece=(5_000, 30_000))
    assert told.verdict == "part"
    amplicon = IdentityRules(length=LENGTH, least=0.99, in_parts=True)
    chosen = identity_of_reads(sketch([(400, 0.0)], 1, (5_000, 30_000)), 400, amplicon)
    assert (chosen.verdict, chosen.spread) == ("ours", None)
    assert spread_of(np.array([[0, 10]]), 5_000) is None


@given(
    places=st.lists(st.integers(0, LENGTH - 1), min_size=1, max_size=300),
)
def test_spread_is_a_share(places: list[int]) -> None:
    place = np.array([[one, min(one + 300, LENGTH - 1)] for one in places])
    told = spread_of(place, LENGTH)
    assert told is not None
    assert 0 < told <= 1


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_the_order_of_pairs_does_not_matter(seed: int) -> None:
    walks = sketch([(300, 0.0), (60, 0.02)], seed).walks
    order = np.random.default_rng(seed).permutation(360)
    one = rate_mixture(walks.seen[:, 2], walks.seen[:, 3], walks.doubt)
    two = rate_mixture(walks.seen[order, 2], walks.seen[order, 3], walks.doubt[order])
    assert one is not None
    assert two is not None
    assert one.share == pytest.approx(two.share, rel=1e-6)
    assert one.second == pytest.approx(two.second, rel=1e-6)


def test_a_small_second_part_must_show_in_letters_where_it_is_deep_enough() -> None:
    walked = verdict([(4_000, 0.0), (200, 0.02)])
    deep = SecondStrain(share=0.05, identity=0.98)
    thin = RecurrentMismatches(deep=None, depth=10.0, between=False)
    none = RecurrentMismatches(deep=None, depth=500.0, between=False)
    assert confirmed(walked, thin, RULES).verdict == "mixture"
    assert confirmed(walked, none, RULES).verdict == "ours"  # bad reads
    found = RecurrentMismatches(deep=deep, depth=500.0, between=False)
    assert confirmed(walked, found, RULES).verdict == "mixture"
    half, shown = (
        verdict([(2_000, 0.0), (2_000, 0.02)]),
        RecurrentMismatches(deep=None, depth=500.0, between=True),
    )
    assert confirmed(half, shown, RULES).verdict == "mixture"
    assert confirmed(half, none, RULES).second is None  # one that differs more here than there
    mostly = confirmed(verdict([(400, 0.0), (3_600, 0.02)]), shown, RULES)
    assert mostly.verdict == "relative"  # ours is the smaller part
    assert mostly.second is not None
    assert mostly.second.identity == pytest.approx(1.0, abs=0.001)


def test_noisy_long_reads_are_judged_by_their_consensus() -> None:
    walked = verdict([(400, 0.008)])
    assert by_consensus(walked, 0.9999, RULES).verdict == "ours"
    assert by_consensus(walked, 0.97, RULES).verdict == "relative"
    assert by_consensus(walked, None, RULES) == walked
    part = verdict([(400, 0.0)], piece=(5_000, 30_000))
    assert by_consensus(part, 1.0, RULES).verdict == "part"


@pytest.mark.shared
def test_reads_of_phage_lambda_are_ours_and_of_a_far_genome_absent() -> None:
    from nanoward.adapters.formats import FileFormats
    from nanoward.catalogue.calling.calling_rules import CallingRules
    from nanoward.catalogue.calling.reference_index import agent_index
    from nanoward.flows.catalogue.call_reads import ReadSample, call_reads
    from nanoward.ports.reads import ReadFile
    from nanoward.testing.reads import random_genome

    data = Path(__file__).parents[3] / ".." / "shared" / "data" / "lambda_reads"
    if not data.exists():
        pytest.skip("needs ../shared/data/lambda_reads")
    text = gzip.decompress((data / "lambda_virus.fasta.gz").read_bytes()).decode()
    phage = "".join(text.splitlines()[1:])
    asked = ReadSample(
        sample="l",
        first=ReadFile(name="1.fq.gz", path=str(data / "reads_1.fastq.gz")),
        second=ReadFile(name="2.fq.gz", path=str(data / "reads_2.fastq.gz")),
    )
    for genome, expected in ((phage, "ours"), (random_genome(48_000, 1), "absent")):
        told = call_reads(asked, agent_index({"c": genome}), CallingRules(), FileFormats())
        assert told.identity is not None
        assert told.identity.verdict == expected
