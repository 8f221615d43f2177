"""Agents in the round: is the spec in force, and may the lots that people received be given?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from nanoward.agents import AgentSpec, Register, lot_findings, spec_findings
from nanoward.base.entries import LotReleased
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.base.names import identity_of
from nanoward.base.plan import Plan
from nanoward.base.tables import LOTS
from nanoward.flows.agents.check_agents import checked_spec, spec_document
from nanoward.flows.lots.register_agents import agent_register
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeAgent:
    """The agent that a programme works with, and what the ledger says of it."""

    spec: AgentSpec | None = None
    register: Register = field(default_factory=Register)
    findings: tuple[Finding, ...] = ()


def programme_agent(
    ports: Ports, plan: Plan, materials: Materials, as_of: date
) -> ProgrammeAgent:
    """The spec of agents/NAME/spec.toml, checked against its reference, and the register."""
    register = agent_register(ports.ledger)
    path = f"agents/{plan.agent}/spec.toml"
    if plan.agent is None or path not in {one.path for one in ports.folder.files()}:
        return ProgrammeAgent(register=register)
    try:
        document = spec_document(path, ports.folder.content(path))
    except InputError as fault:
        return ProgrammeAgent(register=register, findings=(_unread(fault, path),))
    sequences: dict[str, str] = {}
    if "reference" in materials:
        sequences = dict(materials.tables["reference"].select("contig", "sequence").rows())
    checked = checked_spec(path, document, sequences, as_of)
    doubts = () if checked.spec is None else spec_findings(checked.spec, register, as_of, path)
    return ProgrammeAgent(
        spec=checked.spec, register=register, findings=(*checked.findings, *doubts)
    )


def check_lots(agent: ProgrammeAgent, materials: Materials) -> Outcome:
    """Table `lots`; findings for a spec that is not in force and lots without a release."""
    given = recipients(with_lots_of(agent, materials))
    findings = (*agent.findings, *lot_findings(given, agent.register))
    if agent.spec is None and not given and not findings:
        return Outcome()
    rows = [_row(lot, people, agent.register) for lot, people in sorted(given.items())]
    table = frame_of(LOTS, rows)
    spec = agent.spec
    latest = None if spec is None else agent.register.latest(spec.name)
    return Outcome(
        tables={"lots": table},
        findings=findings,
        facts={
            "agent": "" if spec is None else f"{spec.name} {spec.version}",
            "published version": "" if latest is None else latest.version,
            "spec expires": "" if spec is None else spec.expires.isoformat(),
            "lots given": table.height,
            "lots without a release": table.filter(pl.col("status") != "released").height,
        },
    )


def with_lots_of(agent: ProgrammeAgent, materials: Materials) -> Materials:
    """What may name lots of this agent: EX speaks of other products where nothing is known."""
    if agent.spec is not None or agent.register.lots:
        return materials
    others = {name: one for name, one in materials.tables.items() if name != "sdtm.EX"}
    return replace(materials, tables=others)


def recipients(materials: Materials) -> dict[str, int]:
    """Lot to the number of people who received it, by the samples table and by EX."""
    people: dict[str, set[str]] = {}
    for who, lots in lots_received(materials).items():
        for lot in lots:
            people.setdefault(lot, set()).add(who)
    return {lot: len(some) for lot, some in sorted(people.items())}


def lots_received(materials: Materials) -> dict[str, list[str]]:
    """Participant to the lots received, by the samples table and by EX, in order."""
    found: dict[str, set[str]] = {}
    samples = materials.tables.get("samples")
    rows: list[tuple[object, object]] = []
    if samples is not None and "lot" in samples.columns:
        rows += samples.select("lot", "participant").rows()
    doses = materials.tables.get("sdtm.EX")
    if doses is not None and {"USUBJID", "EXLOT"} <= set(doses.columns):
        rows += [(one["EXLOT"], one["USUBJID"]) for one in doses.to_dicts() if _is_given(one)]
    for lot, who in rows:
        if name := identity_of(str(lot or "")):
            found.setdefault(str(who), set()).add(name)
    return {who: sorted(some) for who, some in sorted(found.items())}


def _is_given(dose: Mapping[str, object]) -> bool:
    """Whether a row of EX says that something was given that can hold the agent.

    Left out: what did not occur (EXOCCUR N), doses of 0, and what is called a placebo.
    """
    amount = str(dose.get("EXDOSE") if dose.get("EXDOSE") is not None else "").strip()
    return (
        str(dose.get("EXOCCUR") or "").strip().upper() != "N"
        and amount not in ("0", "0.0")
        and "PLACEBO" not in str(dose.get("EXTRT") or "").upper()
    )


def _row(lot: str, people: int, register: Register) -> dict[str, object]:
    word = register.lots.get(lot)
    if word is None:
        return {"lot": lot, "status": "unknown", "people": people, "reasons": []}
    row = {"lot": lot, "agent": word.agent, "version": word.version, "people": people}
    if isinstance(word, LotReleased):
        return {
            **row,
            "status": "released",
            "decided": word.released,
            "differences": word.differences,
            "reasons": [],
            "escapes": list(word.escapes),
        }
    return {
        **row, "status": "refused", "decided": word.refused, "reasons": list(word.reasons)
    }  # fmt: skip


def _unread(fault: InputError, path: str) -> Finding:
    return Finding(
        code=fault.code,
        severity="error",
        message=fault.message,
        next_step=fault.next_step,
        file=path,
    )
