"""What is promised and nobody has shown: gathered from spec, ledger, files and claims."""

from collections.abc import Iterable, Mapping

import polars as pl

from nanoward.audit.evidence.gaps import Promises, gap_findings
from nanoward.base.entries import DrillHeld, LotRefused, LotReleased, WatchDrillHeld
from nanoward.base.entries.codec import kind_of
from nanoward.base.findings import Finding
from nanoward.flows.audit.claim_book import ClaimBook, read_book
from nanoward.flows.lots.check_lots import lots_received, programme_agent, with_lots_of
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports

SAFETY = ("sdtm.LB", "sdtm.VS", "sdtm.QS", "sdtm.AE")
NO_ARM = ("", "SCRNFAIL", "NOTASSGN", "NOTTRT", "UNPLAN")


def check_gaps(
    ports: Ports, *, lane: Ledger | None = None, witnesses: int = 0
) -> tuple[Finding, ...]:
    """Every gap of a programme.

    lane  the kill lane's ledger, where drills of kill mechanisms stand
    """
    book = read_book(ports)
    materials, _ = collect_materials(ports, ports.today())
    promises = promises_of(ports, book, materials, lane=lane, witnesses=witnesses)
    return gap_findings(promises, book.plan)


def promises_of(
    ports: Ports,
    book: ClaimBook,
    materials: Materials,
    *,
    lane: Ledger | None,
    witnesses: int,
) -> Promises:
    """What is promised, and what the ledgers and files show of it."""
    plan = ports.folder.plan()
    agent = programme_agent(ports, plan, materials, ports.today())
    kills = () if agent.spec is None else agent.spec.kills
    judged = {
        (one["partner"], one["type"]) for one in book.judgements.values() if one["audited"]
    }
    arms, assessed = arm_counts(materials.tables)
    lots = _bodies([ports.ledger], LotReleased) + _bodies([ports.ledger], LotRefused)
    return Promises(
        kills={one.name: (one.escape, one.detection_limit) for one in kills},
        drilled={str(one["mechanism"]) for one in _bodies([ports.ledger, lane], DrillHeld)},
        lots=set(lots_received(with_lots_of(agent, materials))),
        sequenced={str(one["lot"]) for one in lots},
        arms=arms,
        assessed=assessed,
        claims=[one.claim for one in book.claims],
        judged=judged,
        watched="watch" in plan.sections,
        watch_drilled=bool(_bodies([ports.ledger], WatchDrillHeld)),
        witnesses=witnesses,
    )


def _bodies(ledgers: Iterable[Ledger | None], kind: type) -> list[Mapping[str, object]]:
    return [
        record.body
        for ledger in ledgers
        if ledger is not None
        for record in ledger.records(kind=kind_of(kind))
    ]


def arm_counts(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, int], dict[str, int]]:
    """People by arm, and those of them with any safety assessment."""
    people = tables.get("sdtm.DM")
    if people is None or not {"USUBJID", "ARMCD"} <= set(people.columns):
        return {}, {}
    seen: set[str] = set()
    for name in SAFETY:
        table = tables.get(name)
        if table is not None and "USUBJID" in table.columns:
            seen |= set(table["USUBJID"].drop_nulls().to_list())
    arms: dict[str, int] = {}
    assessed: dict[str, int] = {}
    for subject, arm in people.select("USUBJID", "ARMCD").iter_rows():
        if arm is None or str(arm).upper() in NO_ARM:
            continue
        arms[arm] = arms.get(arm, 0) + 1
        assessed[arm] = assessed.get(arm, 0) + (subject in seen)
    return arms, assessed
