import polars as pl

from nanoward.bonds.network import clusters


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
    assert found.support["a", "c"] == 1.0
    assert ("c", "d") not in found.support


def test_what_hangs_on_one_weak_link_stands_less_firmly_and_the_same_each_time() -> None:
    table = bonds(("a", "b", 0.0, True), ("b", "c", 0.05, True), ("c", "d", 1e-9, True))
    found = clusters(table, alpha=0.05, draws=2000)
    assert found.support["a", "b"] == 1.0
    assert 0.93 < found.support["a", "d"] < 0.97  # 1 - 0.05
    assert clusters(table[::-1], alpha=0.05, draws=2000) == found


def test_without_links_there_is_no_group() -> None:
    found = clusters(bonds(("a", "b", 0.5, False)))
    assert (found.of, found.support) == ({}, {})
