import numpy as np
import polars as pl

from nanoward.bonds.linkage.clusters import clusters, group_table


def bonds(*rows: tuple[str, str, float, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"a": a, "b": b, "stratum": "x", "q_value": q, "linked": on} for a, b, q, on in rows]
    )


def test_people_are_grouped_by_links_alone_largest_first() -> None:
    found = clusters(
        bonds(("y", "z", 0.0, True), ("a", "b", 0.0, True), ("b", "c", 0.0, True),
              ("c", "d", 0.5, False))
    )  # fmt: skip
    assert found.of == {"a": 1, "b": 1, "c": 1, "y": 2, "z": 2}
    assert found.support["a", "b"] == found.support["y", "z"] == 1.0
    assert ("c", "d") not in found.support


def test_two_who_hang_together_through_a_third_do_so_as_often_as_the_third_is_drawn() -> None:
    """Five people: P(a, b, c drawn) / P(a, c drawn) by inclusion and exclusion."""
    both = 1 - 2 * 0.8**5 + 0.6**5
    three = 1 - 3 * 0.8**5 + 3 * 0.6**5 - 0.4**5
    table = bonds(("a", "b", 0.0, True), ("b", "c", 0.0, True), ("y", "z", 0.0, True))
    found = clusters(table, draws=20_000)
    assert abs(found.support["a", "c"] - three / both) < 0.02
    assert found.support["a", "b"] == 1.0


def test_a_weak_link_stands_less_firmly_and_the_same_each_time() -> None:
    table = bonds(("a", "b", 0.0, True), ("b", "c", 0.05, True), ("c", "d", 1e-9, True))
    found = clusters(table, alpha=0.05, draws=4000)
    assert found.support["a", "b"] == 1.0
    assert 0.93 < found.support["b", "c"] < 0.97  # 1 - 0.05
    again = clusters(table[::-1], alpha=0.05, draws=4000)
    assert (again.of, again.support) == (found.of, found.support)
    assert group_table(table[::-1]).equals(group_table(table))


def test_a_ring_is_firmer_than_a_star() -> None:
    names = [f"p{k}" for k in range(8)]
    star = bonds(*((min("p0", n), max("p0", n), 0.0, True) for n in names[1:]))
    full = bonds(*((a, b, 0.0, True) for k, a in enumerate(names) for b in names[k + 1 :]))
    (loose,), (firm,) = (group_table(one).to_dicts() for one in (star, full))
    assert firm["recovered"] == firm["low"] == firm["weakest"] == 1.0
    assert loose["recovered"] < 0.85
    assert loose["low"] < 0.5 < loose["high"] == 1.0
    assert (loose["links"], firm["links"], firm["people"]) == (7, 28, names)


def test_without_links_there_is_no_group() -> None:
    found = clusters(bonds(("a", "b", 0.5, False)))
    assert (found.of, found.support) == ({}, {})
    assert group_table(bonds(("a", "b", 0.5, False))).height == 0
    once = group_table(bonds(("a", "b", 0.0, True)), draws=1)
    assert np.isfinite(once["recovered"][0])
