"""Eight ways to bend a ledger, a hundred times each. The last four are by an operator who holds
the ledger's keys or its old copies: the ledger itself stays in good order, and only what others
kept can tell. They tell it with the offline verifier alone."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from offline import exported, is_whole

from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.audit.exports import record_line
from nanoward.audit.leaves import Row, leaf_of
from nanoward.audit.tree import Frontier
from nanoward.base.entries import ConsentWithdrawn, Entry, ProgrammeOpened
from nanoward.base.errors import IntegrityError
from nanoward.testing.memory_rows import MemoryRows

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ROUNDS = 100


class Scene:
    """A ledger, what a witness kept of it, and a receipt that somebody holds."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = Random(seed)
        self.folder = KeyFolder(folder)
        self.signer = self.folder.signer(begun=(folder / "ledger.key").exists())
        self.rows = MemoryRows()
        self.ledger = self.opened(self.rows)
        self.fill(self.ledger, self.chance.randrange(8, 24))
        self.old = self.ledger.checkpoint()
        self.old_rows, self.old_state = list(self.rows.kept), self.rows.stood
        self.fill(self.ledger, self.chance.randrange(2, 9))
        self.witnessed = self.ledger.checkpoint()
        self.fill(self.ledger, self.chance.randrange(2, 9))
        self.receipt = self.ledger.append([self.entry()], actor="nurse", at=AT)
        self.proof = str(self.receipt.proof(self.receipt.first))

    def opened(self, rows: MemoryRows) -> TreeLedger:
        return TreeLedger(rows, signer=self.signer, people=self.folder.people())

    def entry(self) -> Entry:
        if self.chance.random() < 0.5:
            return ConsentWithdrawn(
                participant=f"P{self.chance.randrange(3)}",
                withdrawn=AT.date() - timedelta(days=self.chance.randrange(99)),
            )
        return ProgrammeOpened(programme=str(self.chance.random()), title="", plan_sha256="")

    def fill(self, ledger: TreeLedger, count: int) -> None:
        for _ in range(count):
            ledger.append([self.entry()], actor="nurse", at=AT)

    def relaid(self, rows: list[Row], *, upto: int | None = None) -> TreeLedger:
        """Rows laid anew by somebody who holds the keys: all nodes, seals, signatures fit."""
        fresh, tree = MemoryRows(), Frontier()
        ledger = self.opened(fresh)
        laid = []
        for row in rows[:upto]:
            one = replace(row, seq=tree.size + 1)
            laid.append(replace(one, nodes=tree.add(leaf_of(one))))
        fresh.kept = laid
        fresh.stood = ledger._state_of(tree)
        return self.opened(fresh)


def flip(scene: Scene) -> None:
    place = scene.chance.randrange(len(scene.rows.kept))
    row = scene.rows.kept[place]
    field = scene.chance.choice(["at", "kind", "commitment", "box", "nodes"])
    content = getattr(row, field)
    raw = bytearray(content.encode() if isinstance(content, str) else content)
    raw[scene.chance.randrange(len(raw))] ^= 1 << scene.chance.randrange(7)
    bent = raw.decode() if isinstance(content, str) else bytes(raw)
    scene.rows.kept[place] = replace(row, **{field: bent})


def delete(scene: Scene) -> None:
    del scene.rows.kept[scene.chance.randrange(len(scene.rows.kept))]
    if scene.chance.random() < 0.5:  # and close the gap
        scene.rows.kept = [replace(r, seq=n) for n, r in enumerate(scene.rows.kept, 1)]


def swap(scene: Scene) -> None:
    one, two = scene.chance.sample(range(len(scene.rows.kept)), 2)
    kept = scene.rows.kept
    kept[one], kept[two] = (
        replace(kept[two], seq=one + 1),
        replace(kept[one], seq=two + 1),
    )


def insert(scene: Scene) -> None:
    place = scene.chance.randrange(len(scene.rows.kept) + 1)
    row = scene.chance.choice(scene.rows.kept)
    scene.rows.kept.insert(place, row)
    scene.rows.kept = [replace(r, seq=n) for n, r in enumerate(scene.rows.kept, 1)]


@pytest.mark.hazard("H-01")
@pytest.mark.parametrize("attack", [flip, delete, swap, insert])
def test_whoever_reaches_the_store_is_found_out(
    attack: Callable[[Scene], None], tmp_path: Path
) -> None:
    for seed in range(ROUNDS):
        scene = Scene(tmp_path / str(seed), seed)
        scene.ledger.verify()
        assert is_whole(exported(scene.ledger), str(scene.witnessed), scene.proof)
        good = exported(scene.ledger)
        before = list(scene.rows.kept)
        attack(scene)
        assert scene.rows.kept != before
        with pytest.raises(IntegrityError):
            scene.ledger.verify()
        try:
            bent = exported(scene.ledger)
        except IntegrityError:
            continue
        if bent != good:  # nodes are not exported: where only they were bent, it is as it was
            assert not is_whole(bent, str(scene.witnessed))


def rewrite_and_rechain(scene: Scene) -> list[str]:
    """Without the keys: rows and nodes fit each other, and the true signature is shown."""
    truth = exported(scene.ledger)
    place = scene.chance.randrange(len(scene.rows.kept))
    scene.rows.kept[place] = replace(
        scene.rows.kept[place], at="2025-01-01T00:00:00.000000+00:00"
    )
    tree = Frontier()
    laid = [replace(row, nodes=tree.add(leaf_of(row))) for row in scene.rows.kept]
    scene.rows.kept = laid
    with pytest.raises(IntegrityError):
        scene.ledger.verify()
    with pytest.raises(IntegrityError):
        scene.ledger.checkpoint()  # what the key did not seal is not signed
    return [truth[0], *(record_line(row) for row in laid), truth[-1]]


def roll_back(scene: Scene) -> list[str]:
    scene.rows.kept, scene.rows.stood = list(scene.old_rows), scene.old_state
    rolled = scene.opened(scene.rows)
    rolled.verify()  # nothing inside can tell
    return exported(rolled)


def rewrite_and_resign(scene: Scene) -> list[str]:
    place = scene.chance.randrange(len(scene.old_rows))
    bent = replace(scene.rows.kept[place], at="2025-01-01T00:00:00.000000+00:00")
    kept = [*scene.rows.kept[:place], bent, *scene.rows.kept[place + 1 :]]
    fresh = scene.relaid(kept)
    list(fresh.verified(bodies=False))
    return exported(fresh)


def drop_newest(scene: Scene) -> list[str]:
    witnessed = int(scene.witnessed.text.split("\n")[1])
    upto = scene.chance.randrange(witnessed, len(scene.rows.kept))
    fresh = scene.relaid(scene.rows.kept, upto=upto)
    fresh.verify()
    if scene.chance.random() < 0.5:  # and write other things instead
        scene.fill(fresh, scene.chance.randrange(1, 12))
    lines = exported(fresh)
    assert is_whole(lines, str(scene.witnessed))  # the witness cannot tell
    return lines


@pytest.mark.hazard("H-01")
@pytest.mark.parametrize("attack", [roll_back, rewrite_and_resign])
def test_who_holds_keys_and_copies_is_found_out_by_a_witness(
    attack: Callable[[Scene], list[str]], tmp_path: Path
) -> None:
    for seed in range(ROUNDS):
        scene = Scene(tmp_path / str(seed), seed)
        lines = attack(scene)
        assert is_whole(lines)  # the file agrees with itself; without a witness it would pass
        assert not is_whole(lines, str(scene.witnessed))
        assert not is_whole(lines, scene.proof)


@pytest.mark.hazard("H-01")
def test_who_has_no_keys_cannot_make_a_rewritten_ledger_pass(tmp_path: Path) -> None:
    for seed in range(ROUNDS):
        scene = Scene(tmp_path / str(seed), seed)
        lines = rewrite_and_rechain(scene)
        for kept in ([], [str(scene.witnessed)], [scene.proof]):
            assert not is_whole(lines, *kept)


@pytest.mark.hazard("H-01")
def test_who_drops_the_newest_rows_is_found_out_by_a_receipt(tmp_path: Path) -> None:
    for seed in range(ROUNDS):
        scene = Scene(tmp_path / str(seed), seed)
        lines = drop_newest(scene)
        assert is_whole(lines)
        assert not is_whole(lines, scene.proof)
