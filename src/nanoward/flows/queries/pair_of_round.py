"""Two people of a round that keeps only its near pairs: compared again when somebody asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from nanoward.base.errors import UsageError
from nanoward.flows.bonds.find_links import find_links
from nanoward.flows.lots.check_lots import programme_agent
from nanoward.flows.queries.rounds_held import round_of, table_in, table_names
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ports import Ports

EVERY = 1 << 62
KEY = ("a", "b", "stratum")
AGREES = ("sample_a", "sample_b", "differing", "p_value", "q_value", "linked", "contact")
TYPED = ("profiles", "aligned", "factors", "adaptation")


class NotComparedError(UsageError):
    """Two people of whom the round compared no samples with each other."""

    code = "BND-019"
    next_step = "Look in tables/bond_people.parquet who was compared, and in which stratum"


class FilesChangedError(UsageError):
    """The files of a round are no longer what they were when it was held."""

    code = "BND-020"
    next_step = "Hold the round again (--anew), then ask"


def pair_of_round(ports: Ports, people: Sequence[str], name: str = "") -> pl.DataFrame:
    """BONDS rows of two people of a round, or of one and everybody else.

    people  two names, or one
    name    of the round: its day; the last if ""
    Samples are those that the round typed, held against the ledger's hashes; doses and contacts
    are those of the files up to its day, and what the round kept must come out as it stands.
    NoRoundError, RoundFileError, NotComparedError, FilesChangedError.
    """
    record = round_of(ports, name)
    tables = set(table_names(record))
    if "bonds" not in tables:
        raise NotComparedError(f"the round of {record.held.round} compared nobody")
    bonds = table_in(ports, record, "bonds")
    found = _rows_of(bonds, people)
    if len(people) == 1 or not found.height:
        asked = [one for one in (*TYPED, "standings") if one in tables]
        known = {one: table_in(ports, record, one) for one in asked}
        again = _compared_again(ports, record.held.as_of, known)
        kept = again.join(bonds, on=list(KEY), how="semi", maintain_order="left")
        if not kept.select(*KEY, *AGREES).equals(bonds.select(*KEY, *AGREES)):
            raise FilesChangedError(
                f"the files up to {record.held.as_of} no longer give what the round of "
                f"{record.held.round} found"
            )
        found = _rows_of(again, people)
    if not found.height:
        raise NotComparedError(
            f"{' and '.join(people)}: no such pair in the round of {record.held.round}"
        )
    return found.sort("score", "a", "b", descending=[True, False, False], nulls_last=True)


def _rows_of(bonds: pl.DataFrame, people: Sequence[str]) -> pl.DataFrame:
    """Rows that hold all of these people."""
    either = [(pl.col("a") == who) | (pl.col("b") == who) for who in people]
    return bonds.filter(pl.all_horizontal(either))


def _compared_again(ports: Ports, day: date, known: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """BONDS with every pair, from the tables of the round."""
    plan = ports.folder.plan()
    whole = {**plan.section("bonds"), "keep_pairs": EVERY}
    plan = replace(plan, sections={**plan.sections, "bonds": whole})
    materials, _ = collect_materials(ports, day)
    agent = programme_agent(ports, plan, materials, day)
    typed = Outcome(tables={name: known[name] for name in TYPED if name in known})
    again = find_links(
        ports,
        plan,
        materials,
        typed,
        standings=known.get("standings"),
        day=day,
        spec=agent.spec,
    )
    return again.tables["bonds"]
