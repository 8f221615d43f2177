import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nanoward.bonds.sharing import beyond_people, closeness, minor_sharing

ROOT = Path(__file__).parents[2]


def test_a_rare_allele_at_equal_shares_counts_fully_and_by_hand() -> None:
    shares = np.array([[0.2, 0.1], [0.2, 0.0], [0.1, 0.1]])
    score = minor_sharing(shares, np.array([np.exp(-2.0), np.exp(-1.0)]))
    np.testing.assert_allclose(score, [[0, 2, 2], [2, 0, 1], [2, 1, 0]])


def test_people_who_share_with_everybody_are_not_taken_for_bound() -> None:
    rng = np.random.default_rng(1)
    own = rng.normal(0, 3, 12)
    rates = own[:, None] + own[None]
    rates[0, 1] += 2.0
    rates[1, 0] += 2.0
    rest = beyond_people(rates, np.zeros(12, int), steadying=0.01)
    np.fill_diagonal(rest, -np.inf)
    assert np.unravel_index(rest.argmax(), rest.shape) in {(0, 1), (1, 0)}
    blocks = beyond_people(rates, np.arange(12) // 6)
    assert np.isnan(blocks[0, 7])


def test_near_is_judged_beside_the_neighbourhood() -> None:
    apart = np.full((12, 12), 8.0)
    apart[6:, 6:] = 80.0
    apart[:6, 6:] = apart[6:, :6] = 200.0
    apart[6, 7] = apart[7, 6] = 8.0
    np.fill_diagonal(apart, 0.0)
    near = closeness(apart)
    assert near[6, 7] > 1 > near[0, 1] > -0.1
    later = closeness(apart, np.full((12, 12), 250.0))
    assert near[6, 7] - later[6, 7] == pytest.approx(1.0)


def evaluation() -> ModuleType:
    """benchmarks/evaluate_bonds.py, whose figures are claimed."""
    place = ROOT / "benchmarks" / "evaluate_bonds.py"
    found = util.spec_from_file_location("evaluate_bonds", place)
    assert found is not None
    assert found.loader is not None
    module = util.module_from_spec(found)
    sys.modules["evaluate_bonds"] = module
    found.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("kp_st258", 0.88, 1.0),
        ("village_strains", 0.70, 1.0),
        ("flutes_flu", 0.64, 1.0),  # 0.62 by counting; the aim of 0.66 is not reached
        ("sars2_rvtn", 0.45, 0.60),  # hardly told from chance, as the authors found
        ("opv_mexico", 0.0, 0.05),
    ],
)
def test_what_is_claimed_on_real_data_holds(name: str, least: float, most: float) -> None:
    measure = evaluation()
    if not (measure.DATA / name).exists():
        pytest.skip(f"../shared/data/{name} is not on this machine")
    measure.auc_over_people = lambda *_, **__: (0.0, 1.0)  # limits take longer than a test may
    assert least <= getattr(measure, name)() <= most
