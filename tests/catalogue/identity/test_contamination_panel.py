import numpy as np
import polars as pl
import pytest
from tests.catalogue.identity.test_contamination import SCHEMA
from tests.oracles.contamination_all_pairs import panel_of

from nanoward.catalogue.identity.contamination_panel import MinorVariantRates, beta_moments
from nanoward.catalogue.identity.informative_sites import informative_sites, own_error


def panel(rows, people, runs, text="CCCCCCCCCC"):
    names = sorted(people)
    return panel_of(
        pl.DataFrame(
            {
                "sample": names,
                "participant": [people[one] for one in names],
                "typed_as": ["agent"] * len(names),
            }
        ),
        pl.DataFrame({"sample": names, "run": [runs[one] for one in names]}),
        pl.DataFrame(
            [(s, "c", at, "C", alt, share, depth) for s, at, alt, share, depth in rows],
            schema=SCHEMA,
            orient="row",
        ),
        pl.DataFrame(
            {"sample": names, "contig": ["c"] * len(names), "sequence": [text] * len(names)}
        ),
    )


ROWS = [
    ("a", 1, "A", 1.0, 100),  # a's own, b lacks it
    ("a", 2, "A", 0.05, 200),  # minor in a, b's own
    ("b", 2, "A", 1.0, 80),
    ("b", 3, "G", 0.98, 80),  # b's own, not seen in a
    ("a", 4, "A", 0.97, 100),  # other letters of one position: only b's speaks
    ("b", 4, "T", 1.0, 80),
    ("x", 3, "G", 0.1, 50),  # minor in somebody of another run
    ("y", 9, "A", 0.9, 50),
]
PEOPLE = {"a": "p", "b": "q", "x": "r", "y": "s"}
RUNS = {"a": "1", "b": "1", "x": "2", "y": "2"}


def test_the_sites_of_a_pair_by_hand() -> None:
    known = panel(ROWS, PEOPLE, RUNS)
    own = informative_sites(known, MinorVariantRates(known), 0, [1])
    sites, named = own.sites, own.named
    assert named.tolist() == [True, True, True, False]
    assert sites.found.tolist() == [10, 0, 0, 0]  # positions 2, 3, 4 (T), and 1
    assert sites.depth.tolist() == [200, 100, 100, 100]
    assert sites.foreign.tolist() == [1.0, 0.98, 1.0, 1.0]
    assert sites.floor.tolist() == pytest.approx(
        [10, *([np.ceil(known.floor[0] * 100)] * 2), 0]
    )


def test_an_allele_that_others_have_as_a_minor_one_is_less_telling() -> None:
    known = panel(ROWS, PEOPLE, RUNS)
    own = informative_sites(known, MinorVariantRates(known), 0, [1])
    sites = own.sites
    assert sites.chance[1] > sites.chance[0]  # x has position 3 at 10 %
    assert np.all((sites.chance > 0) & (sites.chance < 1))


def test_neither_sample_of_a_pair_speaks_for_how_rare_an_allele_is() -> None:
    fewer = panel([one for one in ROWS if one[:2] != ("a", 2)], PEOPLE, RUNS)
    known = panel(ROWS, PEOPLE, RUNS)
    columns = np.array([0])
    with_a = MinorVariantRates(known)
    assert with_a.chances("minor", 0, np.array([1]), np.array([1]))[0] == pytest.approx(
        (0 + with_a._prior["minor"][0]) / (2 + sum(with_a._prior["minor"]))
    )
    assert MinorVariantRates(fewer).chances("minor", 0, np.array([1]), columns).shape == (1,)


def test_what_a_sample_of_another_run_of_the_person_has_is_no_site() -> None:
    known = panel([*ROWS, ("a2", 2, "A", 0.2, 100)], {**PEOPLE, "a2": "p"}, {**RUNS, "a2": "2"})
    own = informative_sites(known, MinorVariantRates(known), 0, [2])
    sites, named = own.sites, own.named
    assert named.sum() == 2
    assert 200 not in sites.depth


def test_positions_that_are_not_read_are_no_sites() -> None:
    known = panel(ROWS, PEOPLE, RUNS, text="NNNNNNNNNN")
    own = informative_sites(known, MinorVariantRates(known), 0, [1])
    sites = own.sites
    assert len(sites.found) == 0


def test_the_error_of_a_sample_is_what_its_pure_alleles_show() -> None:
    known = panel(ROWS, PEOPLE, RUNS)
    assert own_error(known, 0) == pytest.approx(0.015)  # of 1.0 and 0.97
    assert own_error(known, 2) == 1e-3


def test_a_beta_distribution_is_found_again_by_its_moments() -> None:
    rng = np.random.default_rng(1)
    asked = np.full(4000, 60)
    seen = rng.binomial(asked, rng.beta(0.4, 4.0, 4000))
    a, b = beta_moments(seen, asked)
    assert a == pytest.approx(0.4, rel=0.15)
    assert b == pytest.approx(4.0, rel=0.15)
    assert beta_moments(np.zeros(0, int), np.zeros(0, int)) == (0.05, 0.95)
    a, b = beta_moments(np.zeros(50, int), np.full(50, 30))
    assert 0 < a / (a + b) < 1e-3
