from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.adapters.witnesses.desk import FolderDesk, make_desk
from nanoward.audit.checkpoints import checkpoint_of
from nanoward.audit.notes import is_signed
from nanoward.audit.witnessing import WitnessDecision
from nanoward.base.entries import ProgrammeOpened
from nanoward.flows.ledger.witness_ledger import (
    ContradictedError,
    NotCosignedError,
    RefusedByWitnessError,
    UnknownWitnessError,
    accept_answer,
    ask_witness,
    cosign_request,
    cosigned_checkpoint,
    lagging,
    request_for,
    witness_named,
)
from nanoward.ports.witness import KnownWitness
from nanoward.testing.fakes import SteppedClock
from nanoward.testing.memory_rows import MemoryRows

AT = datetime(2026, 11, 23, tzinfo=UTC)


class MemoryWitnesses:
    def __init__(self, *known: KnownWitness) -> None:
        self.kept = {one.key.name: one for one in known}

    def known(self) -> Sequence[KnownWitness]:
        return list(self.kept.values())

    def keep(self, witness: KnownWitness) -> None:
        self.kept[witness.key.name] = witness


class Scene:
    def __init__(self, folder: Path) -> None:
        self.keys = KeyFolder(folder / "keys")
        self.ledger = self.another()
        make_desk(folder / "desk", name="w")
        self.clock = SteppedClock(AT)
        self.desk = FolderDesk(folder / "desk", self.clock)
        self.desk.trust(self.ledger.key())
        self.witness = KnownWitness(key=self.desk.key)
        self.list = MemoryWitnesses(self.witness)

    def another(self) -> TreeLedger:
        return TreeLedger(
            MemoryRows(), signer=self.keys.signer(begun=False), people=self.keys.people()
        )

    def add(self, *names: str, at: datetime = AT, ledger: TreeLedger | None = None) -> None:
        for name in names:
            entry = ProgrammeOpened(programme=name, title="", plan_sha256="")
            (ledger or self.ledger).append([entry], actor="", at=at)

    def asked(self, ledger: TreeLedger | None = None) -> KnownWitness:
        (known,) = self.list.known()
        return ask_witness(ledger or self.ledger, self.list, known, self.desk)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_checkpoint_carries_the_cosignatures_of_all_who_saw_it(scene: Scene) -> None:
    scene.add("a", "b")
    kept = scene.asked()
    note = cosigned_checkpoint(scene.ledger, [kept])
    assert is_signed(note, scene.witness.key)
    assert is_signed(note, scene.ledger.key())
    scene.add("c")
    assert not is_signed(cosigned_checkpoint(scene.ledger, [kept]), scene.witness.key)


@pytest.mark.hazard("H-01")
def test_a_ledger_that_was_rewritten_or_rolled_back_is_contradicted(scene: Scene) -> None:
    scene.add("a", "b", "c")
    scene.asked()
    other, shorter = scene.another(), scene.another()
    scene.add("a", "B", "c", "d", ledger=other)
    scene.add("a", "b", ledger=shorter)
    with pytest.raises(ContradictedError):
        scene.asked(other)
    with pytest.raises(ContradictedError, match="3 records, here are 2"):
        scene.asked(shorter)
    forgetful = MemoryWitnesses(scene.witness)  # even if the operator forgets what was cosigned
    for ledger in (other, shorter):
        with pytest.raises(ContradictedError):
            ask_witness(ledger, forgetful, scene.witness, scene.desk)


def test_a_witness_is_asked_by_file(scene: Scene) -> None:
    scene.add("a")
    request = str(request_for(scene.ledger, scene.witness))
    answer = cosign_request(scene.desk, request)
    scene.add("b")  # the world goes on while the file travels
    assert accept_answer(scene.ledger, scene.list, scene.witness, request, answer) == 1
    with pytest.raises(NotCosignedError, match="1 records"):
        cosign_request(scene.desk, request)
    with pytest.raises(NotCosignedError, match="400"):
        cosign_request(scene.desk, "nonsense")
    fresh = scene.list.kept["w"]
    request = str(request_for(scene.ledger, fresh))
    newer = cosign_request(scene.desk, request)
    assert accept_answer(scene.ledger, scene.list, fresh, request, newer) == 2
    old = scene.list.kept["w"]
    assert accept_answer(scene.ledger, scene.list, old, request, newer) == 2


def test_an_answer_by_somebody_else_is_not_kept(scene: Scene, tmp_path: Path) -> None:
    scene.add("a")
    make_desk(tmp_path / "other", name="w")
    other = FolderDesk(tmp_path / "other", scene.clock)
    other.trust(scene.ledger.key())
    with pytest.raises(RefusedByWitnessError, match="not cosigned"):
        ask_witness(scene.ledger, scene.list, scene.witness, other)
    assert scene.list.kept["w"].cosigned is None


def test_a_witness_that_does_not_know_the_ledger_is_told(scene: Scene) -> None:
    class Stranger:
        def answer(self, request: str) -> tuple[WitnessDecision, str]:
            return WitnessDecision(status=404, reason="unknown ledger"), ""

    with pytest.raises(RefusedByWitnessError, match="404"):
        ask_witness(scene.ledger, scene.list, scene.witness, Stranger())


def test_a_witness_that_lags_raises_an_alarm(scene: Scene) -> None:
    hour = timedelta(hours=1)
    assert lagging(scene.ledger, scene.list.known(), AT) == []
    scene.add("a")
    assert lagging(scene.ledger, scene.list.known(), AT + hour) == []
    (late,) = lagging(scene.ledger, scene.list.known(), AT + hour * 1.1)
    assert (late.code, late.subject) == ("AUD-003", "w")
    assert "never" in late.message
    scene.asked()
    assert lagging(scene.ledger, scene.list.known(), AT + hour * 9) == []
    scene.add("b", at=AT + hour)
    scene.add("c", at=AT + hour * 3)
    (late,) = lagging(scene.ledger, scene.list.known(), AT + hour * 3)
    assert "2 records" in late.message
    assert "120 minutes" in late.message


def test_a_clock_that_went_back_does_not_hide_a_lag(scene: Scene) -> None:
    scene.add("a")
    (late,) = lagging(scene.ledger, scene.list.known(), AT - timedelta(seconds=1))
    assert "ahead of this clock" in late.message


def test_a_witness_is_found_by_its_name(scene: Scene) -> None:
    scene.add("a")
    assert witness_named(scene.list.known(), "w") == scene.witness
    with pytest.raises(UnknownWitnessError):
        witness_named(scene.list.known(), "x")
    with pytest.raises(ContradictedError):
        request_for(scene.ledger, scene.witness, old=2)
    kept = scene.asked()
    assert kept.cosigned is not None
    assert checkpoint_of(kept.cosigned).size == 1
    assert replace(kept, cosigned=None) == scene.witness
