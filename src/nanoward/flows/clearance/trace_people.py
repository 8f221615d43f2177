"""Trace what was done with everybody, for the pictures of a round: a step of its own."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nanoward.base.plan import Plan
from nanoward.clearance import results_of
from nanoward.clearance.monitoring.liver_peaks import liver_peaks
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.clearance.sdtm.timeline import timeline
from nanoward.flows.clearance.known_people import KnownPeople, known_people
from nanoward.flows.clearance.read_sdtm import DOMAINS
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports


def trace_people(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    as_of: date,
    people: KnownPeople | None = None,
) -> Outcome:
    """Tables `timeline` and `liver`, as known by the day; recalled where nothing changed.

    people  what is known by the day, where another step asks for it too
    """
    told = people or known_people(ports.ledger, materials, as_of)
    samples = _samples(materials, as_of)
    if not told.domains and samples is None:
        return Outcome()
    key = memo_key(
        "trace",
        reachable_digest(__name__),
        sources={role: one for role, one in materials.sources.items() if _is_read(role)},
        samples=content_hash(samples),
        recorded={name: table.rows() for name, table in told.recorded.items()},
        as_of=as_of,
        plan=plan.name,
    )

    def trace() -> Mapping[str, pl.DataFrame]:
        known = told.known
        tables = {"timeline": timeline(known, samples)}
        if "LB" in known:
            tables["liver"] = liver_peaks(results_of(known["LB"], first_doses(known.get("EX"))))
        return tables

    tables, recalled = memoised_tables(ports, key, trace)
    return Outcome(tables=tables, computed=int(not recalled), recalled=int(recalled))


def _is_read(role: str) -> bool:
    return role.startswith("sdtm.") and role[5:7] in DOMAINS


def _samples(materials: Materials, as_of: date) -> pl.DataFrame | None:
    """Samples of which somebody and a day up to the round's is told."""
    table = materials.tables.get("samples")
    if table is None:
        return None
    known = table.select("sample", "participant", "taken").drop_nulls()
    return known.filter(pl.col("taken") <= as_of).sort("sample")
