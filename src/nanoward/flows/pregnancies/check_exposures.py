"""Exposed people in the round: every undosed carrier has an open case before it ends."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.entries.pregnancies import ExposureOpened
from nanoward.base.findings import Finding, Undecided
from nanoward.base.tables import EXPOSED
from nanoward.bonds.direction.dates import doses_of
from nanoward.clearance.sdtm.agent_recipients import first_receipts
from nanoward.flows.clearance.read_sdtm import sdtm_domains
from nanoward.flows.pregnancies.keep_exposures import ExposureNews, cases_now, opening_of
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.programme.exposed.carriers import (
    UndosedCarrier,
    undosed_by_bonds,
    undosed_carriers,
)
from nanoward.programme.exposed.cases import ExposedCase, exposed_cases


def check_exposures(
    ports: Ports, materials: Materials, tables: Mapping[str, pl.DataFrame], day: date
) -> Outcome:
    """Cases of undosed carriers, opened where none is; what is due for those that are open.

    tables  of the round so far: profiles, bonds, standings
    """
    cases = cases_now(ports)
    receipts, lots = received(materials)
    profiles = tables.get("profiles")
    carriers: list[UndosedCarrier] = []
    undecided: tuple[Undecided, ...] = ()
    if profiles is not None and receipts:
        carriers += undosed_carriers(profiles, receipts, lots)
        carriers += undosed_by_bonds(tables.get("bonds"), receipts)
    elif profiles is not None and profiles.filter(pl.col("typed_as") == "agent").height:
        undecided = (_unknown_doses(),)
    people = _participants(tables)
    opened = _opened(cases, carriers, people, day)
    if not cases and not opened and not undecided:
        return Outcome()
    after = {**cases, **exposed_cases(opened)}
    return Outcome(
        tables={EXPOSED.name: frame_of(EXPOSED, (exposed_row(one) for one in after.values()))},
        entries=tuple(opened),
        findings=tuple(_findings(after.values(), opened, day)),
        undecided=undecided,
        facts={"exposed people": sum(one.is_open for one in after.values())},
    )


def received(materials: Materials) -> tuple[dict[str, date | None], frozenset[str]]:
    """Who received the agent and when first, by EX and by the lots of samples; and the lots."""
    receipts = dict(first_receipts(sdtm_domains(materials)))
    lots: set[str] = set()
    samples = materials.tables.get("samples")
    if samples is not None:
        given = {who: one for who, one in doses_of(samples).items() if one.given}
        receipts |= {who: one.first for who, one in given.items() if who not in receipts}
    if samples is not None and "lot" in samples.columns:
        rows = samples.filter(pl.col("lot").is_not_null()).select("participant", "lot")
        lots |= {lot for who, lot in rows.iter_rows() if who == lot}
    return receipts, frozenset(lots)


def _participants(tables: Mapping[str, pl.DataFrame]) -> frozenset[str]:
    standings = tables.get("standings")
    return frozenset() if standings is None else frozenset(standings["participant"])


def _opened(
    cases: Mapping[str, ExposedCase],
    carriers: Sequence[UndosedCarrier],
    people: frozenset[str],
    day: date,
) -> list[ExposureOpened]:
    known, opened = dict(cases), []
    for one in carriers:
        if _is_closed_by(known.values(), one):
            continue
        relation = "participant" if one.participant in people else "unknown"
        news = ExposureNews(
            participant=one.participant, relation=relation, source=one.source,
            evidence=one.evidence,
        )  # fmt: skip
        made = opening_of(known, news, day, by="ward round")
        if made is not None:
            opened.append(made)
            known |= exposed_cases([made])
    return opened


def _is_closed_by(cases: Any, carrier: UndosedCarrier) -> bool:
    """Whether the same sample or bond opened a case that was closed: it opens none again."""
    return any(
        one.participant == carrier.participant
        and not one.is_open
        and carrier.evidence in (one.evidence, "bond")
        for one in cases
    )


def exposed_row(known: ExposedCase) -> dict[str, Any]:
    """A case as a row of EXPOSED; nobody is named."""
    step, due = known.next_step()
    return {
        "case": known.case,
        "relation": known.relation,
        "source": known.source,
        "opened": known.opened,
        "state": known.state(),
        "tests": len(known.tests),
        "clear_tests": known.clear_tests,
        "due": due if known.is_open else None,
        "next_step": step,
    }


def _unknown_doses() -> Undecided:
    return Undecided(
        code="PRG-901",
        room="programme",
        subject="",
        question="does anybody carry the agent who never received it?",
        reason="no record says who received it; add EX, or the lot to the samples",
    )


def _findings(cases: Any, opened: Sequence[ExposureOpened], day: date) -> Iterator[Finding]:
    new = {one.case for one in opened}
    for one in cases:
        if one.case in new and one.relation == "participant":
            continue  # PRG-016 tells of the person already
        if one.case in new:
            yield Finding(
                code="PRG-165",
                severity="error",
                message=f"case {one.case}: somebody who never received the agent may carry it"
                f" (by a {one.source})",
                next_step="Tell them today, without saying how it is known:"
                " nanoward programme exposed tell.",
                subject=one.participant,
            )
            continue
        step, due = one.next_step()
        if one.is_open and due < day:
            yield Finding(
                code="PRG-166",
                severity="error" if one.told is None else "warning",
                message=f"exposed case {one.case}: '{step}' was due on {due}",
                next_step="Do it, and write it down: nanoward programme exposed --help.",
            )
