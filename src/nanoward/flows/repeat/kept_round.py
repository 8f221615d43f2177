"""A round's answer kept under the name of its inputs, and taken from there when they return.

Tables and report stay where the round wrote them; what is kept are their hashes, the figures,
and what else of the world the round had asked. An answer counts only while all of it is as it
was: anything that differs, is missing or cannot be read means that the round is held.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.flows.repeat.traced_ports import Trace
from nanoward.flows.round.compare_standings import Concerns
from nanoward.flows.round.round import Round, RoundSummary
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ports import Ports

FAULTS = ("CTL-012", "CTL-013", "CAT-380")  # of ours or of a machine: may not happen again
FIXED = ("report.html", "round.json")


def keep_round(ports: Ports, key: str, summary: RoundSummary, trace: Trace) -> bool:
    """Keep a round's answer under its key; False where it is none to keep.

    A round in which something failed is held again: the next one may do better.
    """
    round_ = summary.round_
    if summary.failed or round_.tables["findings"]["code"].is_in(FAULTS).any():
        return False
    name, asked = round_.as_of.isoformat(), dict(trace.folder.asked)
    files = {path: ports.folder.round_file(name, path) for path in _paths(round_)}
    if any(content is None for content in files.values()):
        return False
    told = {
        "round": name,
        "files": {path: sha256_of(one) for path, one in files.items() if one is not None},
        "facts": {room: dict(facts) for room, facts in round_.facts.items()},
        "provenance": dict(round_.provenance),
        "concerns": asdict(summary.concerns),
        "pieces": summary.computed + summary.recalled,
        "blobs": trace.blobs.asked,
        "rounds": [[*place, sha] for place, sha in sorted(asked.items())],
    }
    try:
        text = json.dumps(told, sort_keys=True)
    except TypeError:  # a figure that JSON does not carry would come back as another
        return False
    ports.blobs.note(key, ports.blobs.put(text.encode()))
    return True


def kept_round(ports: Ports, plan: Plan, key: str) -> RoundSummary | None:
    """What the round of these inputs gave; None where it has to be held."""
    noted = ports.blobs.noted(key)
    if noted is None:
        return None
    try:
        told = json.loads(ports.blobs.get(noted))
    except IntegrityError:
        return None
    if not _still_holds(ports, told):
        return None
    tables = _tables(ports, told)
    if tables is None:
        return None
    return RoundSummary(
        folder=ports.folder.round_path(told["round"]),
        round_=Round(
            plan=plan,
            as_of=date.fromisoformat(told["round"]),
            tables=tables,
            facts=told["facts"],
            provenance=told["provenance"],
        ),
        head=ports.ledger.head(),
        computed=0,
        recalled=told["pieces"],
        concerns=Concerns(**{name: tuple(who) for name, who in told["concerns"].items()}),
    )


def _paths(round_: Round) -> list[str]:
    return [*FIXED, *(f"tables/{name}.parquet" for name in round_.tables)]


def _still_holds(ports: Ports, told: dict[str, Any]) -> bool:
    """Whether all that the round asked for besides its inputs is as it was."""
    blobs: dict[str, bool] = told["blobs"]
    if any(ports.blobs.has(Sha256(name)) != there for name, there in blobs.items()):
        return False
    for name, path, sha in told["rounds"]:
        content = ports.folder.round_file(name, path)
        if ("" if content is None else sha256_of(content)) != sha:
            return False
    return True


def _tables(ports: Ports, told: dict[str, Any]) -> dict[str, pl.DataFrame] | None:
    """The tables as the round wrote them; None where any file is not what it wrote."""
    found: dict[str, pl.DataFrame] = {}
    for path, sha in told["files"].items():
        content = ports.folder.round_file(told["round"], path)
        if content is None or sha256_of(content) != sha:
            return None
        if path not in FIXED:
            name = path.removeprefix("tables/").removesuffix(".parquet")
            found[name] = table_of(content)
    return dict(sorted(found.items()))
