from datetime import date

import polars as pl

from nanoward.base.tables import BONDS
from nanoward.bonds.contacts.comparison_set import Person
from nanoward.bonds.contacts.unexplained_links import Suspects, suspicions
from nanoward.maths.frames import frame_of


def person(name: str, site: str | None = None, lot: str = "", run: str = "") -> Person:
    return Person(
        participant=name, stratum="x", sample=f"s{name}", taken=date(2026, 1, 1),
        apart=(site,), lot=lot, run=run,
    )  # fmt: skip


def table(people: list[Person], linked: set[tuple[str, str]], met: set[tuple[str, str]]):
    names = [one.participant for one in people]
    return frame_of(
        BONDS,
        (
            {"a": a, "b": b, "stratum": "x", "linked": (a, b) in linked, "differing": 12.0,
             "contact": "room" if (a, b) in met else ""}
            for k, a in enumerate(names)
            for b in names[k + 1 :]
        ),
    )  # fmt: skip


def causes(people: list[Person], known: Suspects) -> list[str]:
    found = suspicions(table(people, {("a", "b")}, set()), people, known)
    return [one.cause for one in found["a", "b", "x"]]


def test_only_links_without_contact_are_suspected() -> None:
    people = [person("a"), person("b"), person("c")]
    bonds = table(people, {("a", "b"), ("a", "c")}, {("a", "c")})
    assert set(suspicions(bonds, people, Suspects(drift={}))) == {("a", "b", "x")}


def test_a_sample_unlike_the_same_persons_others_points_to_a_swap() -> None:
    people = [person("a", "S"), person("b", "S"), person("c", "T")]
    found = suspicions(
        table(people, {("a", "b")}, set()), people, Suspects(drift={"sa": 40.0, "sb": 1.0})
    )["a", "b", "x"]
    assert (found[0].cause, found[0].weight) == ("sample swap", 2)
    assert str(found[0]).endswith("differs by 40 from another of a, strangers by 12)")


def test_further_samples_that_agree_exclude_a_swap() -> None:
    people = [person("a"), person("b"), person("c")]
    assert "sample swap" not in causes(people, Suspects(drift={"sa": 2.0, "sb": 1.0}))
    assert "sample swap" in causes(people, Suspects(drift={"sa": 2.0}))


def test_two_lots_two_runs_and_a_lot_that_was_sequenced_are_excluded() -> None:
    known = Suspects(drift={"sa": 0.0, "sb": 0.0})
    two = [person("a", lot="L1", run="R1"), person("b", lot="L2", run="R2"), person("c")]
    assert causes(two, known) == ["undeclared contact"]
    one = [person("a", lot="L1", run="R1"), person("b", lot="L1", run="R1"), person("c")]
    assert set(causes(one, known)) == {"undeclared contact", "lot", "laboratory"}
    subtracted = Suspects(drift=known.drift, sequenced=frozenset({"L1"}))
    assert set(causes(one, subtracted)) == {"undeclared contact", "laboratory"}


def test_one_place_points_to_a_contact_and_what_is_not_told_is_allowed() -> None:
    near = [person("a", "S"), person("b", "S"), person("c", "T")]
    assert causes(near, Suspects(drift={})) == [
        "undeclared contact", "sample swap", "lot", "laboratory",
    ]  # fmt: skip


def test_many_links_of_one_run_point_to_the_laboratory() -> None:
    people = [person(f"p{k:02d}", run=f"R{k // 2}") for k in range(20)]
    pairs = {(f"p{k:02d}", f"p{k + 1:02d}") for k in range(0, 8, 2)}
    found = suspicions(table(people, pairs, set()), people, Suspects(drift={}))
    assert {some[0].cause for some in found.values()} == {"laboratory"}
    apart = {("p00", "p02"), ("p04", "p06")}
    other = suspicions(table(people, apart, set()), people, Suspects(drift={}))
    assert all(one.cause != "laboratory" for some in other.values() for one in some)


def test_pairs_without_a_distance_are_no_yardstick() -> None:
    people = [person("a"), person("b")]
    bonds = table(people, {("a", "b")}, set()).with_columns(differing=pl.lit(None, pl.Float64))
    assert suspicions(bonds, people, Suspects(drift={"sa": 99.0}))
