from datetime import date

import polars as pl

from nanoward.base.tables import BONDS
from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.contacts.unexplained_links import CauseEvidence, candidate_causes
from nanoward.maths.frames import frame_of


def person(
    name: str, site: str | None = None, lot: str = "", run: str = ""
) -> ComparedParticipant:
    return ComparedParticipant(
        participant=name, stratum="x", sample=f"s{name}", taken=date(2026, 1, 1),
        apart=(site,), lot=lot, run=run,
    )  # fmt: skip


def table(
    people: list[ComparedParticipant], linked: set[tuple[str, str]], met: set[tuple[str, str]]
):
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


def causes(people: list[ComparedParticipant], known: CauseEvidence) -> list[str]:
    found = candidate_causes(table(people, {("a", "b")}, set()), people, known)
    return [one.cause for one in found["a", "b", "x"]]


def test_only_links_without_contact_are_suspected() -> None:
    people = [person("a"), person("b"), person("c")]
    bonds = table(people, {("a", "b"), ("a", "c")}, {("a", "c")})
    assert set(candidate_causes(bonds, people, CauseEvidence(drift={}))) == {("a", "b", "x")}


def test_a_sample_unlike_the_same_persons_others_points_to_a_swap() -> None:
    people = [person("a", "S"), person("b", "S"), person("c", "T")]
    found = candidate_causes(
        table(people, {("a", "b")}, set()), people, CauseEvidence(drift={"sa": 40.0, "sb": 1.0})
    )["a", "b", "x"]
    assert (found[0].cause, found[0].weight) == ("sample swap", 2)
    assert str(found[0]).endswith("differs by 40 from another of a, strangers by 12)")


def test_further_samples_that_agree_exclude_a_swap() -> None:
    people = [person("a"), person("b"), person("c")]
    assert "sample swap" not in causes(people, CauseEvidence(drift={"sa": 2.0, "sb": 1.0}))
    assert "sample swap" in causes(people, CauseEvidence(drift={"sa": 2.0}))


def test_two_lots_two_runs_and_a_lot_that_was_sequenced_are_excluded() -> None:
    known = CauseEvidence(drift={"sa": 0.0, "sb": 0.0})
    two = [person("a", lot="L1", run="R1"), person("b", lot="L2", run="R2"), person("c")]
    assert causes(two, known) == ["undeclared contact"]
    one = [person("a", lot="L1", run="R1"), person("b", lot="L1", run="R1"), person("c")]
    assert set(causes(one, known)) == {"undeclared contact", "lot", "laboratory"}
    subtracted = CauseEvidence(drift=known.drift, sequenced=frozenset({"L1"}))
    assert set(causes(one, subtracted)) == {"undeclared contact", "laboratory"}


def test_one_place_points_to_a_contact_and_what_is_not_told_is_allowed() -> None:
    near = [person("a", "S"), person("b", "S"), person("c", "T")]
    assert causes(near, CauseEvidence(drift={})) == [
        "undeclared contact", "sample swap", "lot", "laboratory",
    ]  # fmt: skip


def test_many_links_of_one_run_point_to_the_laboratory() -> None:
    people = [person(f"p{k:02d}", run=f"R{k // 2}") for k in range(20)]
    pairs = {(f"p{k:02d}", f"p{k + 1:02d}") for k in range(0, 8, 2)}
    found = candidate_causes(table(people, pairs, set()), people, CauseEvidence(drift={}))
    assert {some[0].cause for some in found.values()} == {"laboratory"}
    apart = {("p00", "p02"), ("p04", "p06")}
    other = candidate_causes(table(people, apart, set()), people, CauseEvidence(drift={}))
    assert all(one.cause != "laboratory" for some in other.values() for one in some)


def test_pairs_without_a_distance_are_no_yardstick() -> None:
    people = [person("a"), person("b")]
    bonds = table(people, {("a", "b")}, set()).with_columns(differing=pl.lit(None, pl.Float64))
    assert candidate_causes(bonds, people, CauseEvidence(drift={"sa": 99.0}))
