import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.faces.report.charts.layout import cluster_places, clusters, lay_out

NAMES = st.sampled_from("abcdefghij")
PAIRS = st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), max_size=15)


def test_people_who_hang_together_are_one_cluster_the_largest_first() -> None:
    assert clusters([("x", "y"), ("a", "b"), ("b", "c")]) == [["a", "b", "c"], ["x", "y"]]


@given(PAIRS)
def test_clusters_hold_everybody_once_whatever_the_order(pairs: list[tuple[str, str]]) -> None:
    groups = clusters(pairs)
    everybody = [name for group in groups for name in group]
    assert sorted(everybody) == sorted({name for pair in pairs for name in pair})
    assert groups == clusters(pairs[::-1])


@settings(max_examples=25, deadline=None)
@given(PAIRS.filter(bool))
def test_everybody_stands_inside_the_picture_and_on_nobody_else(
    pairs: list[tuple[str, str]],
) -> None:
    layout = lay_out(pairs, width=900, gap=98, margin=36)
    at = np.array(list(layout.places.values()))
    assert at.min() >= 35.9
    assert (at[:, 0] <= layout.width - 35.9).all()
    assert (at[:, 1] <= layout.height - 35.9).all()
    apart = np.hypot(*(at[:, None, :] - at[None, :, :]).T) + 1e6 * np.eye(len(at))
    assert apart.min() > 20  # a dot has a radius of 9


def test_the_same_bonds_give_the_same_picture() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("d", "e")]
    assert lay_out(pairs, width=900, gap=98, margin=36) == lay_out(
        pairs, width=900, gap=98, margin=36
    )


def test_bonded_people_stand_nearer_than_the_ends_of_a_chain() -> None:
    at = cluster_places("abcde", [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")])
    steps = np.hypot(*np.diff(at, axis=0).T)
    assert np.hypot(*(at[4] - at[0])) > 2 * steps.max()
