"""A programme on disk with [programme], and people who are in since today."""

import json
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned, StandingDecided
from nanoward.faces.cli import cli
from nanoward.wiring import open_ports

PLAN = """
name = "w"
title = "W"
time_zone = "UTC"
[programme]
currency = "EUR"
[programme.sites.ward]
open = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
capacity = { clin = 2, room = 2 }
[programme.needs.weekly]
clin = 1
room = 1
[programme.needs.safety]
clin = 1
[programme.needs.dose]
clin = 2
[programme.schedule.weekly]
every = 7
before = 2
after = 2
[[programme.rooms]]
site = "ward"
name = "r1"
kind = "shared"
beds = 2
[programme.return]
transport = "taxi"
cost = "120.00"
room = "ward/r1"
[programme.people]
"""


def typed(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in words])


def said(*words: object, code: int = 0) -> dict[str, Any]:
    """The JSON of a command that ends with a code."""
    result = typed(*words, "--json")
    assert result.exit_code == code, (result.output, result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def make(folder: Path, *people: str, more: str = "") -> str:
    """The programme, with people who consented today and are cleared."""
    (folder / "programme.toml").write_text(PLAN + more)
    assert tomllib.loads(PLAN + more)["name"] == "w"
    with open_ports(str(folder), quiet=True) as ports:
        today, now = ports.today(), ports.clock.now()
        entries: list[Any] = [
            ConsentDocumentIssued(
                document_sha256="d", version="1", issued=today - timedelta(days=9),
                needed=("study",), optional=(), questions=0, pass_mark=0, least_reading_s=0,
                valid_days=None,
            )
        ]  # fmt: skip
        for who in people:
            entries += [
                ConsentSigned(participant=who, document_sha256="d", version="1", signed=today,
                              at=now, uses=("study",)),
                StandingDecided(participant=who, standing="cleared", as_of=today, since=today,
                                reasons=()),
            ]  # fmt: skip
        ports.ledger.append(entries, actor="x", at=now)
    return str(folder)


def today_of(folder: str) -> Any:
    with open_ports(folder, quiet=True, use="read") as ports:
        return ports.today()
