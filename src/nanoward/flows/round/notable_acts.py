"""What a round tells at its head: doses while held, carriers without a dose, serious events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance.sdtm.agent_recipients import first_receipts, unexplained_carriers
from nanoward.clearance.standing.doses_while_held import DoseWhileHeld
from nanoward.flows.clearance.clear_participants import HELD_DOSES
from nanoward.flows.round.round_snapshot import RoundSnapshot
from nanoward.flows.steps.step_outcome import Outcome

CARRIERS = pl.Schema({"participant": pl.String, "sample": pl.String, "taken": pl.Date})
SERIOUS = pl.Schema({"participant": pl.String, "term": pl.String, "started": pl.Date})


@dataclass(frozen=True, slots=True, kw_only=True)
class NotableActs:
    """Tables by name (deviations, carriers, serious), and a finding for each cause."""

    tables: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]


def notable_acts(
    domains: Mapping[str, pl.DataFrame], cleared: Outcome, profiles: pl.DataFrame | None
) -> NotableActs:
    """Doses given while held, the agent in people who never received it, serious events.

    domains   SDTM by two letters, with what the ledger recorded
    cleared   what `clear_participants` found
    profiles  table PROFILES, where samples were typed
    """
    if "standings" not in cleared.tables:
        return NotableActs(tables={}, findings=())
    doses = cleared.handed_on[HELD_DOSES]
    people = frozenset(cleared.tables["standings"]["participant"])
    carriers = pl.DataFrame(schema=CARRIERS)
    if profiles is not None and "EX" in domains:
        carriers = unexplained_carriers(profiles, first_receipts(domains), people)
    events = cleared.tables["adverse_events"]
    serious = events.filter(pl.col("serious") & pl.col("emergent"))
    told = [DoseWhileHeld(**row) for row in doses.to_dicts()]
    return NotableActs(
        tables={
            "deviations": doses.select("participant", "day", "reason"),
            "carriers": carriers,
            "serious": serious.select("participant", "term", "started").unique().sort(pl.all()),
        },
        findings=(*_deviations(told), *_carriers(carriers)),
    )


def known_carriers(snapshots: Iterable[RoundSnapshot]) -> pl.DataFrame:
    """Carriers whom earlier rounds found, as rows of PROFILES: a tube that is gone tells on."""
    found = [
        one.tables["acts.carriers"].select("participant", "sample", "taken")
        for one in snapshots
        if "acts.carriers" in one.tables
    ]
    rows = pl.concat([pl.DataFrame(schema=CARRIERS), *found]).unique(maintain_order=True)
    return rows.with_columns(typed_as=pl.lit("agent"))


def _deviations(doses: list[DoseWhileHeld]) -> Iterator[Finding]:
    people: dict[str, list[DoseWhileHeld]] = {}
    for one in doses:
        people.setdefault(one.participant, []).append(one)
    for who, own in people.items():
        last = own[-1]
        often = "once" if len(own) == 1 else f"{len(own)} times"
        number = {} if last.sequence is None else {"EXSEQ": last.sequence}
        yield Finding(
            code="PRG-015",
            severity="warning",
            message=f"{who} was dosed while held, {often}, the last time on {last.day}:"
            f" {last.reason}",
            next_step="Record the deviation, tell the council, see why the hold was missed.",
            column="EXSTDTC",
            subject=who,
            row=row_key("sdtm.EX", USUBJID=who, **number),
        )


def _carriers(carriers: pl.DataFrame) -> Iterator[Finding]:
    for who, sample, taken in carriers.unique(
        "participant", keep="first", maintain_order=True
    ).iter_rows():
        yield Finding(
            code="PRG-016",
            severity="error",
            message=f"{who} carries the agent (sample {sample} of {taken or 'an unknown day'})"
            " and never received it by the records of exposure: it spread, the blinding"
            " failed, or tubes were swapped",
            next_step="Take a second sample, look at contacts and at the allocation; the person"
            " is held until somebody confirms: nanoward clearance confirm PROGRAMME",
            subject=who,
            row=row_key("samples", sample=sample),
        )
