"""An exported ledger with one line doubled, moved, re-keyed, extended or appended: refused."""

import json
import random
import runpy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.base.entries import ConsentWithdrawn, ProgrammeOpened
from nanoward.base.errors import NanowardError
from nanoward.flows.ledger.export_ledger import export_ledger, verify_export
from nanoward.testing.fakes import CountedProgress
from nanoward.testing.memory_rows import MemoryRows

TOOL = runpy.run_path(str(Path(__file__).parents[3] / "tools" / "verify_ledger.py"))
AT = datetime(2026, 11, 23, tzinfo=UTC)
Change = Callable[[list[str], random.Random], list[str]]
REFUSED = (TOOL["DoesNotVerify"], TOOL["CannotRead"], ValueError, KeyError)


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "proofs"])
def lines(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    keys = KeyFolder(tmp_path_factory.mktemp("keys"))
    ledger = TreeLedger(MemoryRows(), signer=keys.signer(begun=False), people=keys.people())
    ledger.append(
        [
            ConsentWithdrawn(participant="Ann", withdrawn=AT.date()),
            ProgrammeOpened(programme="ward", title="Ward", plan_sha256=""),
        ]
        * 3,
        actor="nurse",
        at=AT,
    )
    note = ledger.checkpoint()
    return list(export_ledger(ledger, note, CountedProgress(), proofs=request.param))


def doubled(lines: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(lines))
    return [*lines[: at + 1], *lines[at:]]


def reordered(lines: list[str], chance: random.Random) -> list[str]:
    a, b = chance.sample(range(len(lines)), 2)
    moved = list(lines)
    moved[a], moved[b] = moved[b], moved[a]
    return moved


def rekeyed(lines: list[str], chance: random.Random) -> list[str]:
    """Names of one line in another order, one of them doubled, spelt otherwise, or escaped."""
    at = chance.randrange(len(lines))
    said = json.loads(lines[at])
    name = chance.choice(sorted(said))
    pairs = [f"{json.dumps(one)}:{_text(said[one])}" for one in said]
    other = chance.randrange(6)
    if other == 0 and len(pairs) > 1:
        pairs = pairs[1:] + pairs[:1]
    elif other == 1:
        pairs.insert(0, f"{json.dumps(name)}:{_text(chance.choice(['x', 1, None]))}")
    elif other == 2:
        pairs.append(pairs[sorted(said).index(name)])
    elif other == 3:
        return _with(lines, at, lines[at].replace(f'"{name}"', f'"{name.upper()}"', 1))
    elif other == 4:
        escaped = f'"\\u{ord(name[0]):04x}{name[1:]}"'
        return _with(lines, at, lines[at].replace(f'"{name}"', escaped, 1))
    else:
        pairs = [one for one in pairs if not one.startswith(f'"{name}"')]
    return _with(lines, at, "{" + ",".join(pairs) + "}")


def extended(lines: list[str], chance: random.Random) -> list[str]:
    """A blank, a name, or a sign more in one line."""
    at = chance.randrange(len(lines))
    line = lines[at]
    where = chance.randrange(len(line) + 1)
    sign = chance.choice([" ", "\t", "0", ",", '"', "A", "=", "\u00a0", "\r"])
    named = line[:-1] + f',"{chance.choice(["extra", "zz", "note"])}":{chance.randrange(9)}}}'
    return _with(lines, at, chance.choice([named, line[:where] + sign + line[where:]]))


def appended(lines: list[str], chance: random.Random) -> list[str]:
    """Something behind the checkpoint, or between two lines."""
    more = chance.choice([lines[chance.randrange(len(lines))], "", " ", "{}", "null", "x"])
    at = chance.choice([len(lines), chance.randrange(len(lines))])
    return [*lines[:at], more, *lines[at:]]


CHANGES: tuple[Change, ...] = (doubled, reordered, rekeyed, extended, appended)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _with(lines: list[str], at: int, line: str) -> list[str]:
    return [*lines[:at], line, *lines[at + 1 :]]


def passes_offline(lines: list[str]) -> bool:
    try:
        list(TOOL["verify"]([f"{one}\n" for one in lines], [], "", []))
    except REFUSED:
        return False
    return True


def passes_package(lines: list[str]) -> bool:
    try:
        verify_export([f"{one}\n" for one in lines], CountedProgress())
    except NanowardError:
        return False
    return True


def silent(lines: list[str], many: int) -> list[tuple[str, int]]:
    assert passes_offline(lines)
    assert passes_package(lines)
    found = []
    for seed in range(many):
        change = CHANGES[seed % len(CHANGES)]
        bent = change(list(lines), random.Random(seed))
        if bent != lines and (passes_offline(bent) or passes_package(bent)):
            found.append((change.__name__, seed))
    return found


@pytest.mark.hazard("H-191")
def test_no_bent_ledger_passes_either_verifier(lines: list[str]) -> None:
    assert silent(lines, 1_500) == []


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_no_bent_ledger_of_fifty_thousand_passes_either_verifier(lines: list[str]) -> None:
    assert silent(lines, 50_000) == []
