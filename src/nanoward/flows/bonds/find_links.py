"""The bonds of a programme's round: what earlier rounds know is recalled (`analyse_bonds`)."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nanoward.agents import AgentSpec
from nanoward.base.plan import Plan
from nanoward.bonds import bond_rules
from nanoward.flows.bonds.analyse_bonds import (
    Make,
    Past,
    Remembered,
    analyse,
    transmission_of,
)
from nanoward.flows.bonds.control_fdr_online import last_state, no_tests
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

LARGEST = 2_000_000  # rows of a table that is remembered: a larger one is as soon made


def find_links(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    typed: Outcome,
    *,
    standings: pl.DataFrame | None = None,
    day: date | None = None,
    spec: AgentSpec | None = None,
) -> Outcome:
    """Bonds between participants, judged over the whole round.

    standings  who was dosed, and when, where that is on record
    day        of the round; without one no pair is followed over rounds
    spec       of the agent: serial interval and clock, where [bonds] states none
    """
    if "profiles" not in typed.tables or "samples" not in materials:
        return Outcome()
    rules = bond_rules(plan.section("bonds"), transmission_of(spec))
    known = {
        "samples": materials.tables["samples"],
        "contacts": materials.tables.get("contacts"),
        "standings": standings,
        **{name: typed.tables.get(name) for name in
           ("profiles", "aligned", "factors", "adaptation")},
    }  # fmt: skip

    def remember(step: str, inputs: Mapping[str, object], make: Make) -> Remembered:
        plain = {
            name: content_hash(one) if isinstance(one, pl.DataFrame) else one
            for name, one in inputs.items()
        }
        key = memo_key(step, reachable_digest(__name__), **plain)
        return Remembered(*memoised_tables(ports, key, make, keep=_is_small), key)

    past = Past(
        remember=remember,
        day=day,
        tests=no_tests() if day is None else last_state(ports, day),
    )
    tables = {name: one for name, one in known.items() if one is not None}
    return analyse(tables, rules, past, ports.progress)


def _is_small(tables: Mapping[str, pl.DataFrame]) -> bool:
    return all(one.height <= LARGEST for one in tables.values())
