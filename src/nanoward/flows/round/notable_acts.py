"""What a round tells at its head: doses while held, carriers without a dose, serious events."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance import Policy, at_data_cutoff
from nanoward.clearance.sdtm.agent_recipients import first_receipts, unexplained_carriers
from nanoward.clearance.sdtm.known_domains import KnownDomains
from nanoward.clearance.standing.doses_while_held import DoseWhileHeld, doses_while_held
from nanoward.flows.round.round_snapshot import RoundSnapshot

DEVIATIONS = pl.Schema({"participant": pl.String, "day": pl.Date, "reason": pl.String})
HELD_DOSES = pl.Schema(
    {"participant": pl.String, "day": pl.Date, "sequence": pl.Int64, "reason": pl.String}
)
CARRIERS = pl.Schema({"participant": pl.String, "sample": pl.String, "taken": pl.Date})
SERIOUS = pl.Schema({"participant": pl.String, "term": pl.String, "started": pl.Date})


@dataclass(frozen=True, slots=True, kw_only=True)
class NotableActs:
    """Tables by name (deviations, carriers, serious), and a finding for each cause."""

    tables: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]


def notable_acts(
    domains: Mapping[str, pl.DataFrame],
    cleared: Mapping[str, pl.DataFrame],
    profiles: pl.DataFrame | None,
    policy: Policy,
    as_of: date,
    recalled: Callable[[Callable[[], pl.DataFrame]], pl.DataFrame] = lambda make: make(),
) -> NotableActs:
    """Doses given while held, the agent in people who never received it, serious events.

    domains   SDTM by two letters, with what the ledger recorded
    cleared   tables of `clear_participants`
    profiles  table PROFILES, where samples were typed
    recalled  gives what its argument would: doses while held, from an earlier round perhaps
    """
    if "standings" not in cleared:
        return NotableActs(tables={}, findings=())
    known = KnownDomains(at_data_cutoff(domains, as_of))

    def held_doses() -> pl.DataFrame:
        grades = _counted(cleared["grades"], known, policy)
        found = doses_while_held(known, grades, cleared["adverse_events"], policy, as_of)
        return pl.DataFrame([asdict(one) for one in found], schema=HELD_DOSES)

    doses = [DoseWhileHeld(**row) for row in recalled(held_doses).to_dicts()]
    people = frozenset(cleared["standings"]["participant"])
    carriers = pl.DataFrame(schema=CARRIERS)
    if profiles is not None and "EX" in domains:
        carriers = unexplained_carriers(profiles, first_receipts(domains), people)
    serious = cleared["adverse_events"].filter(pl.col("serious") & pl.col("emergent"))
    return NotableActs(
        tables={
            "deviations": pl.DataFrame(
                [(one.participant, one.day, one.reason) for one in doses],
                schema=DEVIATIONS,
                orient="row",
            ),
            "carriers": carriers,
            "serious": serious.select("participant", "term", "started").unique().sort(pl.all()),
        },
        findings=(*_deviations(doses), *_carriers(carriers)),
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


def _counted(
    grades: pl.DataFrame, known: Mapping[str, pl.DataFrame], policy: Policy
) -> pl.DataFrame:
    """The grades that may hold: without vital signs where the plan only shows them."""
    if policy.vital_signs == "count":
        return grades
    signs = [
        str(one)
        for domain in ("VS", "EG")
        if domain in known and f"{domain}TESTCD" in known[domain].columns
        for one in known[domain][f"{domain}TESTCD"].drop_nulls().unique()
    ]
    return grades.filter(~pl.col("test").is_in(signs))


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
