"""A round whose inputs are the same is not held again; whatever changes, it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nanoward.base.entries import DoubtSpoken
from nanoward.base.errors import OutsideError
from nanoward.base.ids import Sha256
from nanoward.flows.repeat import hold_round as module
from nanoward.flows.repeat import round_inputs
from nanoward.flows.round.ward_round import FutureRoundError
from nanoward.testing.fakes import MemoryBlobs

pytestmark = pytest.mark.hazard("H-277")


def word() -> DoubtSpoken:
    return DoubtSpoken(participant="P1", spoken=date(2026, 11, 22), words_sha256="ab")


def test_held_again_it_gives_the_same_answer_and_touches_nothing(ward: Any) -> None:
    first = ward.round()
    head, rounds = ward.ports.ledger.head(), dict(ward.folder.rounds)
    again = ward.round()
    assert ward.held == 1
    assert (again.computed, again.recalled) == (0, first.computed + first.recalled)
    assert again.head == head == ward.ports.ledger.head()
    assert ward.folder.rounds == rounds
    assert again.concerns == first.concerns
    assert again.round_.facts == {room: dict(one) for room, one in first.round_.facts.items()}
    assert again.round_.tables.keys() == first.round_.tables.keys()
    for name, table in first.round_.tables.items():
        assert again.round_.tables[name].equals(table), name


def test_the_long_way_gives_what_the_short_one_gave(ward: Any) -> None:
    ward.round()
    rounds, head = dict(ward.folder.rounds), ward.ports.ledger.head()
    ward.round(anew=True)
    assert ward.held == 2
    assert (ward.folder.rounds, ward.ports.ledger.head()) == (rounds, head)


def test_other_software_holds_it_again(ward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.round()
    monkeypatch.setattr(round_inputs, "package_digest", lambda: "other")
    ward.round()
    assert ward.held == 2


def test_another_day_is_another_round(ward: Any) -> None:
    ward.round()
    ward.round(date(2026, 11, 24))
    ward.round()  # the ledger has grown by the round between
    assert ward.held == 3


def test_what_somebody_records_during_a_round_is_not_missed_by_the_next(
    ward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round may have read the ledger before: its answer is none for the ledger after."""
    append = ward.ports.ledger.append

    def beside(entries: Any, **words: Any) -> Any:
        head = append(entries, **words)
        if any(type(one).__name__ == "RoundHeld" for one in entries):
            append([word()], actor="desk", at=words["at"])
        return head

    monkeypatch.setattr(ward.ports.ledger, "append", beside)
    ward.round()
    monkeypatch.undo()
    ward.round()
    assert ward.held == 2


def test_a_plan_changed_during_a_round_is_not_missed_by_the_next(
    ward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = iter("ab")
    real = module.round_inputs

    def inputs(*given: Any, **words: Any) -> Any:
        return replace(real(*given, **words), lane=next(seen, "b"))

    monkeypatch.setattr(module, "round_inputs", inputs)
    ward.round()
    ward.round()
    assert ward.held == 2


def test_a_round_with_a_fault_of_ours_is_held_again(
    ward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nanoward.flows.round import ward_round as held

    def broken(*_: object) -> Any:
        raise MemoryError

    monkeypatch.setattr(held, "check_control", broken)
    ward.round()
    monkeypatch.undo()
    ward.round()
    assert ward.held == 2


def test_a_day_to_come_is_refused_as_ever(ward: Any) -> None:
    with pytest.raises(FutureRoundError):
        ward.round(date(2026, 12, 24))


class UnreachableBlobs(MemoryBlobs):
    """A store on another machine that does not answer."""

    def noted(self, key: str) -> Sha256 | None:
        raise OutsideError("no answer")

    def put(self, content: bytes) -> Sha256:
        raise OutsideError("no answer")

    def put_all(self, contents: Sequence[bytes]) -> tuple[Sha256, ...]:
        raise OutsideError("no answer")


@pytest.mark.hazard("H-379")
def test_where_nothing_kept_can_be_reached_standings_are_decided_all_the_same(
    ward: Any,
) -> None:
    ward.ports = replace(ward.ports, blobs=UnreachableBlobs())
    with pytest.raises(OutsideError, match="no answer"):  # at its end: no report without them
        ward.round()
    kinds = {record.kind for record in ward.ports.ledger.records()}
    assert "programme.MaterialReceived" in kinds  # written with the standings, before all else
    assert "programme.RoundHeld" not in kinds
    ward.ports = replace(ward.ports, blobs=MemoryBlobs())
    ward.round()
    assert ward.held == 1
