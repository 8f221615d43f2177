"""Standings that differ because the software or the rules changed, not the data.

The round before is decided again by what it had read, for its own day: with today's software
and its own rules, then with today's rules. What differs is due to the one or the other alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base.errors import InputError
from nanoward.clearance import Policy, policy_of
from nanoward.clearance.analysis import ClearanceQuestion, analyse
from nanoward.clearance.standing.standing_differences import (
    StandingChange,
    standing_changes,
    standing_rows,
)
from nanoward.flows.round.round_snapshot import DECIDED, RoundSnapshot

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCauses:
    """Standings of the round before that come out otherwise today, by cause.

    untold  why a cause could not be told apart; empty where both could
    """

    software: tuple[StandingChange, ...] = ()
    rules: tuple[StandingChange, ...] = ()
    untold: str = ""

    def of_people(self) -> dict[str, str]:
        """The cause by person; rules before software, as somebody chose them."""
        software = {one.participant: "software" for one in self.software}
        return software | {one.participant: "rules" for one in self.rules}


def decision_causes(
    base: RoundSnapshot,
    software: Mapping[str, str],
    rules: Mapping[str, Any],
    present: Tables,
    files: Mapping[str, str],
) -> DecisionCauses:
    """Decide the round before again where software or rules differ from its own.

    present  this round's rows by domain, with what the ledger recorded
    files    path to SHA-256 of this round
    """
    same_code = base.software["sources"] == software["sources"]
    same_rules = plain_rules(base.rules) == plain_rules(rules)
    if DECIDED not in base.tables or (same_code and same_rules):
        return DecisionCauses()
    told = standing_rows(base.tables[DECIDED].to_dicts())
    read = _read_again(base, present, files)
    try:
        theirs = policy_of(base.rules)
    except InputError as fault:
        return DecisionCauses(untold=f"the rules of then are not understood: {fault.message}")
    by_code = told if same_code else _standings(read, theirs, base)
    by_rules = by_code if same_rules else _standings(read, policy_of(rules), base)
    return DecisionCauses(
        software=tuple(standing_changes(told, by_code)),
        rules=tuple(standing_changes(by_code, by_rules)),
    )


def plain_rules(rules: Mapping[str, Any]) -> Any:
    """Rules as JSON values, the same from a plan and from a snapshot."""
    return json.loads(json.dumps(rules, default=str, sort_keys=True))


def _standings(tables: Tables, policy: Policy, base: RoundSnapshot) -> list[Any]:
    if not tables:
        return []
    found = analyse(tables, ClearanceQuestion(policy=policy, as_of=base.as_of))
    return standing_rows(found.tables["standings"].to_dicts())


def _read_again(base: RoundSnapshot, present: Tables, files: Mapping[str, str]) -> Tables:
    """Rows of the round before: as they are read today where the file is still the same."""
    shas = {one.path: one.sha256 for one in base.files}
    same = [path for path, sha in shas.items() if files.get(path) == sha]
    tables: dict[str, pl.DataFrame] = {}
    old = {name[5:]: one for name, one in base.tables.items() if name.startswith("sdtm.")}
    for domain in sorted(old.keys() | present.keys()):
        parts = []
        if domain in present:
            table = present[domain]
            recorded = (
                pl.col("file").is_null() if "file" in table.columns else pl.lit(value=True)
            )
            parts.append(table.filter(recorded | pl.col("file").is_in(same)))
        if domain in old:
            parts.append(old[domain].filter(~pl.col("file").is_in(same)))
        tables[domain] = pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()
    return tables
