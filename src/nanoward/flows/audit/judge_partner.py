"""Reveal our measurements, hold claims against them, judge by the rules that stood before."""

from collections.abc import Mapping
from dataclasses import dataclass

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.claims.contradiction import contradictions, proof_text
from nanoward.audit.evidence.comparison import Measured
from nanoward.audit.evidence.deming import DemingFit, deming
from nanoward.audit.evidence.partner_audit import TypeClaims, audited_record, numbers_of
from nanoward.audit.evidence.type_evidence import TypeRecord
from nanoward.audit.evidence.verdicts import TypeVerdict, judge
from nanoward.base.canonical import sha256_of
from nanoward.base.entries.audit import (
    AuditDrawn,
    AuditPlanned,
    ClaimChecked,
    CommitmentMade,
    MeasurementsRevealed,
    PartnerJudged,
)
from nanoward.base.entries.codec import Entry, body_of
from nanoward.base.findings import Finding
from nanoward.flows.audit.claim_book import ClaimBook, read_book
from nanoward.flows.audit.measured_table import measured_of
from nanoward.flows.audit.plan_audit import (
    AuditRefusedError,
    claims_by_type,
    drawn_items,
    planned,
    planned_types,
    tolerated_missing,
)
from nanoward.flows.audit.take_claims import ACTOR
from nanoward.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPartner:
    """A partner's year: what was compared, and the verdict on every type.

    fits  claimed against measured for each value of a continuous type, both with error
    """

    plan: str
    partner: str
    records: Mapping[str, TypeRecord]
    verdicts: tuple[TypeVerdict, ...]
    findings: tuple[Finding, ...]
    fits: Mapping[str, DemingFit]


def reveal_measurements(
    ports: Ports, plan: str, path: str, content: bytes
) -> MeasurementsRevealed:
    """Show our measurements of a plan's drawn items; what we were bound to must be these.

    Refused before the draw, so that nobody measures first and draws afterwards.
    """
    book = read_book(ports, AuditPlanned, AuditDrawn, CommitmentMade)
    planned(book, plan)
    if plan not in book.draws:
        raise AuditRefusedError(f"{plan} is not drawn yet")
    plain = ports.formats.plain(path, content)
    found = measured_of(plain, book.plan, path)
    bound = book.commitments.get(f"measurements {plan}", {})
    fits = sha256_of(content) in bound.values()
    if bound and not fits:
        raise AuditRefusedError("these are not the measurements that we are bound to")
    entry = MeasurementsRevealed(
        plan=plan, items=len(found), measurements_sha256=sha256_of(plain), committed=fits
    )
    ports.blobs.put(plain)
    ports.ledger.append([entry], actor=ACTOR, at=ports.clock.now())
    return entry


def compare_partner(ports: Ports, plan: str, *, record: bool = True) -> JudgedPartner:
    """Hold the drawn claims against our measurements and judge every type.

    record  put verdicts, and each claim that differs, on the ledger where they are new
    """
    book = read_book(ports)
    body = planned(book, plan)
    types = planned_types(ports, book, plan)
    told = claims_by_type(book, plan, by=ports.today())
    drawn = drawn_items(ports, book, plan)
    measured = {(one.type, one.item): one for one in book.measured.get(plan, {}).values()}
    records = {
        name: _record(told.get(name, TypeClaims()), drawn.get(name, {}), measured, kind)
        for name, kind in types.items()
    }
    partner = str(body["partner"])
    found = contradictions(one.claim for one in book.of_partner(partner))
    verdicts = judge(
        records,
        types,
        planned=int(str(body["items"])),
        alpha=float(str(body["alpha"])),
        contradictory=[one.first.type for one in found],
        tolerated=tolerated_missing(ports, book, plan),
    )
    if record:
        _write(ports, book, plan, partner, verdicts, records)
    return JudgedPartner(
        plan=plan,
        partner=partner,
        records=records,
        verdicts=verdicts,
        fits=_fits(types, told, records, measured),
        findings=(
            *_findings(partner, verdicts),
            *_after_reveal(partner, verdicts),
            *_withheld(book, plan),
            *_unmeasured(drawn, measured),
        ),
    )


def _fits(
    types: Mapping[str, ClaimType],
    told: Mapping[str, TypeClaims],
    records: Mapping[str, TypeRecord],
    measured: Mapping[tuple[str, str], Measured],
) -> dict[str, DemingFit]:
    """Deming lines of the audited items, one for each value of a panel."""
    found: dict[str, DemingFit] = {}
    for name, kind in types.items():
        items = [one.item for one in records[name].compared if one.differs is not None]
        if kind.kind != "continuous" or not items:
            continue
        theirs = numbers_of([told[name].first[one].value for one in items])
        ours = numbers_of([measured[name, one].value for one in items])
        for at in range(min(theirs.shape[1], ours.shape[1])):
            line = deming(theirs[:, at], ours[:, at], float(kind.replicates))
            if line is not None:
                found[name if theirs.shape[1] == 1 else f"{name} {at + 1}"] = line
    return found


def _record(
    told: TypeClaims,
    drawn: Mapping[str, tuple[str, ...]],
    measured: Mapping[tuple[str, str], Measured],
    kind: ClaimType,
) -> TypeRecord:
    mine = {item: one for (name, item), one in measured.items() if name == kind.name}
    return audited_record(told, drawn, mine, kind)


def _write(
    ports: Ports,
    book: ClaimBook,
    plan: str,
    partner: str,
    verdicts: tuple[TypeVerdict, ...],
    records: Mapping[str, TypeRecord],
) -> None:
    entries: list[Entry] = []
    names = {
        (one.claim.type, one.claim.item): one.claim.claim for one in book.of_partner(partner)
    }
    for one in verdicts:
        judged = PartnerJudged(
            judgement=f"{plan}/{one.type}",
            plan=plan,
            partner=partner,
            type=one.type,
            verdict=one.verdict,
            e_value=min(one.e_value, 1e300),
            threshold=one.threshold,
            audited=one.audited,
            differing=one.differing,
            missing=one.missing,
            direction=one.direction,
            seen_from=one.seen_from if one.seen_from == one.seen_from else None,
            told=one.told,
            after_reveal=one.after_reveal,
            expected=one.expected,
        )
        if book.judgements.get(judged.judgement) == body_of(judged):
            continue
        entries.append(judged)
        entries += [
            ClaimChecked(claim=names[one.type, c.item], verdict="differs", reasons=(c.told,))
            for c in records[one.type].compared
            if c.differs and (one.type, c.item) in names
        ]
    if entries:
        ports.ledger.append(entries, actor=ACTOR, at=ports.clock.now())


_SEVERE = {"pattern": "AUD-040", "contradiction": "AUD-041"}


def _findings(partner: str, verdicts: tuple[TypeVerdict, ...]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code=_SEVERE[one.verdict],
            severity="error",
            message=f"{partner}: {one.verdict} in {one.type}: {one.told}",
            next_step="Show it to the partner, who may answer and appeal once: "
            "`nanoward audit answer`",
            subject=partner,
            column=one.type,
        )
        for one in verdicts
        if one.verdict in _SEVERE
    )


def _after_reveal(partner: str, verdicts: tuple[TypeVerdict, ...]) -> tuple[Finding, ...]:
    """Claims that came after the reveal, whatever the verdict on their type is."""
    return tuple(
        Finding(
            code="AUD-027",
            severity="warning",
            message=f"{partner}: {one.after_reveal} items of {one.type} were claimed only "
            "after our measurement was revealed",
            next_step="Ask why they came late; they do not count as claims made beforehand",
            subject=partner,
            column=one.type,
        )
        for one in verdicts
        if one.after_reveal
    )


def _unmeasured(
    drawn: Mapping[str, Mapping[str, tuple[str, ...]]],
    measured: Mapping[tuple[str, str], Measured],
) -> tuple[Finding, ...]:
    """Drawn items that we did not measure: whoever leaves some out chooses what is seen."""
    left = {
        name: [one for some in strata.values() for one in some if (name, one) not in measured]
        for name, strata in drawn.items()
    }
    return tuple(
        Finding(
            code="AUD-035",
            severity="warning",
            message=f"{len(some)} drawn items of {name} were not measured, first {some[0]}",
            next_step="Measure and reveal them, or say why not: they count against nobody else",
            column=name,
        )
        for name, some in left.items()
        if some and measured
    )


def _withheld(book: ClaimBook, plan: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="AUD-034",
            severity="warning",
            message=f"{side} did not show the nonce that it was bound to for {plan}",
            next_step="The draw was made without it; ask why, it counts against its holder",
            subject=str(side),
        )
        for side in book.draws.get(plan, {}).get("withheld", ())
    )


def contradiction_proofs(book: ClaimBook) -> dict[str, str]:
    """A proof for each contradiction by the name of a file, for the small checker."""
    kept = {one.claim.claim: one for one in book.claims}
    return {
        f"{one.first.partner}-{at}.json": proof_text(
            book.plan.partners[one.first.partner],
            kept[one.first.claim].envelope,
            kept[one.second.claim].envelope,
        )
        for at, one in enumerate(contradictions(k.claim for k in book.claims), 1)
        if one.first.partner in book.plan.partners
    }
