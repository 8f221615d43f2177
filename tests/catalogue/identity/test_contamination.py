import numpy as np
import polars as pl
import pytest

from nanoward.catalogue.identity.contamination import (
    CONTAMINATED,
    NAMELESS,
    NONE,
    PASSED_ON,
    contamination_findings,
    contamination_result,
    pair_weights,
)

SITES = 2000
Rows = list[tuple[str, str, int, str, str, float, int]]
SCHEMA = {
    "sample": pl.String, "contig": pl.String, "position": pl.Int64, "ref": pl.String,
    "alt": pl.String, "frequency": pl.Float64, "depth": pl.Int64,
}  # fmt: skip
HAPLOTYPE = range(SITES + 20, SITES + 26)  # six letters of the lot that go together


def world(
    rng: np.random.Generator,
    dose: float | None,
    depth: int = 400,
    runs: int = 4,
    private: int = 12,
    size: int = 12,
) -> tuple[pl.DataFrame, ...]:
    """`size` samples a run; each with private alleles, and what would mislead.

    Common minor variants at 20 sites; two haplotypes of the lot in a third of the people, one
    alone in another third; in every fifth person the old state of all private alleles is left
    at one share (an unfinished sweep).
    dose  of s0-01 in s0-00
    """
    shares: dict[str, dict[int, float]] = {}
    names = [f"s{run}-{at:02d}" for run in range(runs) for at in range(size)]
    for number, name in enumerate(names):
        left = 0.06 if number % 5 == 4 else 0.0
        own = dict.fromkeys(rng.choice(SITES, private, replace=False).tolist(), 1.0 - left)
        for at in range(SITES, SITES + 20):
            if rng.random() < 0.3:
                own[at] = float(rng.uniform(0.02, 0.4))
        part = (0.0, 1.0, float(rng.uniform(0.05, 0.4)))[number % 3]
        own |= {at: part for at in HAPLOTYPE if part}
        own |= {int(at): 0.03 for at in rng.choice(SITES, 4, replace=False) if at not in own}
        shares[name] = own
    if dose is not None:
        one, other = shares["s0-00"], shares["s0-01"]
        shares["s0-00"] = {
            at: (1 - dose) * one.get(at, 0.0) + dose * other.get(at, 0.0)
            for at in sorted({*one, *other})
        }
    rows: Rows = []
    for name, own in shares.items():
        for at, share in sorted(own.items()):
            seen = float(rng.binomial(depth, share)) / depth
            if seen >= 0.02:
                rows.append((name, "c", at + 1, "C", "A", seen, depth))
    length = SITES + 26
    return (
        pl.DataFrame({"sample": names, "participant": [f"p{n}" for n in names],
                      "typed_as": ["agent"] * len(names)}),
        pl.DataFrame({"sample": names, "run": [name[:2] for name in names]}),
        pl.DataFrame(rows, schema=SCHEMA, orient="row"),
        pl.DataFrame({"sample": names, "contig": ["c"] * len(names),
                      "sequence": ["C" * length] * len(names)}),
    )  # fmt: skip


@pytest.mark.hazard("H-56")
@pytest.mark.parametrize("dose", [0.03, 0.05, 0.2])
def test_material_of_another_sample_is_found_with_its_dose(dose: float) -> None:
    found = contamination_result(*world(np.random.default_rng(1), dose))
    assert {run: pairs for run, (pairs, _) in found.runs.items()} == dict.fromkeys(
        ("s0", "s1", "s2", "s3"), 12 * 11
    )
    (row,) = found.table.filter(pl.col("flagged")).to_dicts()
    assert (row["sample"], row["source"], row["run"]) == ("s0-00", "s0-01", "s0")
    assert row["dose"] == pytest.approx(dose, rel=0.25)
    (finding,) = contamination_findings(found.table)
    assert (finding.code, finding.subject) == ("CAT-052", "s0-00")


def test_three_alleles_are_enough_at_a_tenth() -> None:
    told = [
        contamination_result(*world(np.random.default_rng(seed), 0.1, private=3, size=7)).table
        for seed in range(5)
    ]
    right = [
        one.filter(pl.col("flagged")).select("sample", "source").rows() == [("s0-00", "s0-01")]
        for one in told
    ]
    assert sum(right) >= 4


def test_at_most_one_clean_run_of_a_hundred_is_flagged() -> None:
    flagged, runs = 0, 0
    for seed in range(25):
        found = contamination_result(*world(np.random.default_rng(100 + seed), None, size=7))
        flagged += found.table.filter(pl.col("flagged"))["run"].n_unique()
        runs += len(found.runs)
    assert runs == 100
    assert flagged <= 1


def test_single_clean_runs_are_not_flagged() -> None:
    flagged = [
        contamination_result(*world(np.random.default_rng(seed), None, runs=1))
        .table["flagged"]
        .any()
        for seed in range(20)
    ]
    assert sum(flagged) == 0


def test_people_who_met_are_asked_about_and_not_flagged() -> None:
    met = [("ps0-01", "ps0-00")]
    table = contamination_result(*world(np.random.default_rng(1), 0.1), met).table
    row = table.filter(sample="s0-00", source="s0-01").row(0, named=True)
    assert row["q_value"] <= 0.01
    assert row["verdict"] == PASSED_ON
    assert not table["flagged"].any()


def test_of_a_single_run_the_others_of_the_run_speak() -> None:
    table = contamination_result(*world(np.random.default_rng(5), 0.05, runs=1)).table
    assert table.filter(pl.col("flagged")).select("sample", "source").rows() == [
        ("s0-00", "s0-01")
    ]


def test_what_the_persons_other_samples_hold_is_their_own() -> None:
    """The same alleles at 10 % in a sample of another run: a strain that was passed on."""
    profiles, samples, factors, aligned = world(np.random.default_rng(1), 0.1)
    again = factors.filter(sample="s0-00").with_columns(sample=pl.lit("s9-00"))
    profiles = pl.concat(
        [profiles, profiles.filter(sample="s0-00").with_columns(sample=pl.lit("s9-00"))]
    )
    samples = pl.concat([samples, pl.DataFrame({"sample": ["s9-00"], "run": ["s9"]})])
    aligned = pl.concat(
        [aligned, aligned.filter(sample="s0-00").with_columns(sample=pl.lit("s9-00"))]
    )
    table = contamination_result(profiles, samples, pl.concat([factors, again]), aligned).table
    assert not table["flagged"].any()


def test_what_strangers_of_other_runs_fit_as_well_is_asked_about() -> None:
    """s1-05, of another run, has all alleles of s0-01 too: a strain that is about."""
    profiles, samples, factors, aligned = world(np.random.default_rng(1), 0.1)
    alike = factors.filter(pl.col("sample") == "s0-01")
    factors = pl.concat([factors, alike.with_columns(sample=pl.lit("s1-05"))]).unique(
        ["sample", "position", "alt"], keep="last", maintain_order=True
    )
    table = contamination_result(profiles, samples, factors, aligned).table
    row = table.filter(sample="s0-00", source="s0-01").row(0, named=True)
    assert row["verdict"] == NAMELESS
    linked = contamination_result(
        profiles, samples, factors, aligned, (), [("ps0-01", "ps1-05")]
    ).table
    assert linked.filter(sample="s0-00", source="s0-01")["verdict"].item() == CONTAMINATED


def test_without_runs_nothing_is_compared() -> None:
    profiles, samples, factors, aligned = world(np.random.default_rng(1), 0.2)
    found = contamination_result(profiles, samples.drop("run"), factors, aligned)
    assert found.runs == {}
    assert found.table.is_empty()


def test_own_samples_and_unreadable_sites_do_not_speak() -> None:
    profiles, samples, factors, aligned = world(np.random.default_rng(1), 0.2)
    one = profiles.with_columns(participant=pl.lit("p"))
    assert contamination_result(one, samples, factors, aligned).runs == {}
    dark = aligned.with_columns(sequence=pl.lit("N" * (SITES + 26)))
    found = contamination_result(profiles, samples, factors, dark)
    assert found.table.is_empty()
    assert {seen for _, seen in found.runs.values()} == {0}


def test_runs_whose_samples_hardly_differ_are_counted_as_blind() -> None:
    known = contamination_result(*world(np.random.default_rng(3), None)).runs["s0"]
    blind = contamination_result(*world(np.random.default_rng(3), None, private=0)).runs["s0"]
    assert known[1] > 0.9 * known[0]
    assert blind[1] < 0.4 * blind[0]  # a third of the sources have a haplotype that shows


def test_wells_that_touch_may_spend_half_of_the_level() -> None:
    wells = ["A1", "B2", "H12"]
    apart = ~np.eye(3, dtype=bool)
    two = apart.copy()
    two[1, 2] = two[2, 1] = False
    weights = pair_weights(two, wells)
    assert weights[two].tolist() == [0.25] * 4
    assert not weights[~two].any()
    weights = pair_weights(apart, wells)
    assert weights[0, 1] == 0.25
    assert weights[1, 2] == pytest.approx(0.125)
    assert weights.sum() == pytest.approx(1.0)
    for unknown in ([None, None, None], ["?", "", None]):
        assert set(pair_weights(apart, unknown)[apart].tolist()) == {1 / 6}


def test_a_pair_without_enough_evidence_is_not_told() -> None:
    told = [
        contamination_result(*world(np.random.default_rng(seed), 0.03, private=1, size=7)).table
        for seed in range(4)
    ]
    assert not any(one["flagged"].any() for one in told)
    assert any(NONE in set(one["verdict"]) for one in told)


def test_the_dose_lies_within_its_limits() -> None:
    rows = [
        contamination_result(*world(np.random.default_rng(seed), 0.06, size=6)).table.filter(
            "flagged"
        )
        for seed in range(20, 35)
    ]
    within = [(one["low"] <= 0.06).all() and (one["high"] >= 0.06).all() for one in rows]
    assert sum(one.height for one in rows) == 15
    assert sum(within) >= 12


def test_a_pair_that_lies_at_its_limit_is_weighed_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A quick look that cannot tell whether 5 % of the source would show decides nothing."""
    from tests.oracles import contamination_all_pairs

    from nanoward.catalogue.identity import contamination
    from nanoward.catalogue.identity.informative_sites import informative_sites
    from nanoward.catalogue.identity.programme_alleles import programme_alleles

    in_full = contamination_all_pairs.contamination_result
    tables = world(np.random.default_rng(5), None, runs=2, size=6)
    alleles = programme_alleles(*tables)
    own = alleles.of_run(0)
    assert own is not None
    first, *others = own.members.tolist()
    every = informative_sites(own.panel, own.chances, first, others)
    low, high = np.zeros(len(others)), np.full(len(others), 400.0)
    for _ in range(60):  # the evidence that each pair would show
        shown = contamination._would_show(every, (low + high) / 2)
        low, high = (
            np.where(shown, (low + high) / 2, low),
            np.where(shown, high, (low + high) / 2),
        )
    pairs = len(own.members) * (len(own.members) - 1)
    counts = []
    for needed in (low[0] - 1e-6, low[0] + 1e-6):
        for module in (contamination, contamination_all_pairs):
            monkeypatch.setattr(module, "LEVEL", pairs * float(np.exp(-needed)))
        found, asked = contamination_result(*tables), in_full(*tables)
        assert found.runs == asked.runs
        counts.append(found.runs["s0"][1])
    assert counts[0] > counts[1]
