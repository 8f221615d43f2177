from datetime import timedelta
from pathlib import Path

from tests.flows.access.access_world import NOON, World

from nanoward.adapters.accounts.look_ledger import LookLedger
from nanoward.base.entries import ReadingTaken
from nanoward.flows.access.looks_of import looks_of
from nanoward.programme.access.rights import Grant, Right, Role, Scope
from nanoward.testing.fakes import MemoryLedger

HELD = Grant(right=Right.READ_CLINICAL, role=Role.NURSE, scope=Scope.SITE)


def test_a_person_sees_who_looked_the_newest_first(world: World, tmp_path: Path) -> None:
    world.hold(nia="nurse")
    looks = LookLedger(tmp_path, every_s=60)
    for days, who in ((0, "P001"), (0, "P001"), (0, "P002"), (1, ""), (2, "P001")):
        looks.note("nia", HELD, who, "GET /x", NOON + timedelta(days=days))
    found = looks_of(looks, world.accounts, "P001")
    looks.close()
    assert [(one.by, one.about, one.times) for one in found] == [
        ("Nia", "you", 1),
        ("Nia", "a page about more than one person", 1),
        ("Nia", "you", 2),
    ]
    assert [one.last for one in found] == sorted((one.last for one in found), reverse=True)


def test_what_else_stands_about_a_person_is_no_look(world: World) -> None:
    ledger = MemoryLedger()
    reading = ReadingTaken(
        participant="P001", quantity="pulse", value=70.0, unit="/min", at=NOON
    )
    ledger.append([reading], actor="nia", at=NOON)
    assert looks_of(ledger, world.accounts, "P001") == ()  # type: ignore[arg-type]
