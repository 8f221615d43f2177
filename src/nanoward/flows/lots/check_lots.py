"""Agents in the round: is the spec in force, and may the lots that people received be given?"""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from nanoward.agents import AgentSpec, Register, lot_findings, spec_findings
from nanoward.base.entries import LotReleased
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
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
    given = recipients(materials)
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


def recipients(materials: Materials) -> dict[str, int]:
    """Lot to the number of people who received it, by the samples table."""
    samples = materials.tables.get("samples")
    if samples is None or "lot" not in samples.columns:
        return {}
    known = samples.filter(pl.col("lot").is_not_null() & (pl.col("lot") != ""))
    counted = known.group_by("lot").agg(pl.col("participant").n_unique())
    return {str(lot): int(people) for lot, people in counted.rows()}


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
