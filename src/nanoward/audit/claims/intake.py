"""A received envelope judged: a claim that counts, or the one reason why it does not.

Nothing is lost: whatever the verdict, the caller keeps the envelope. A second claim about one
item and a claim after our measurement was revealed are kept as claims and do not replace the
first; unsigned, forged, expired, replayed and malformed ones are not.
"""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nanoward.audit.claims.claim import BadClaimError, Claim, read_claim
from nanoward.audit.claims.claim_types import AuditPlan, ClaimType
from nanoward.audit.claims.dsse import PAYLOAD_TYPE, BadDsseError, DsseEnvelope, read_dsse
from nanoward.base.findings import Finding
from nanoward.base.units import UnknownUnit, conversion

WIDER = 1.5  # times the agreed SD beyond which a stated uncertainty hides something
AHEAD = timedelta(minutes=10)  # clocks differ
_NEXT = {
    "AUD-020": "Ask for the file that was signed",
    "AUD-021": "Ask the partner to sign; nothing unsigned counts",
    "AUD-022": "Ask whoever sent it; compare keys with [audit.partners] on another channel",
    "AUD-023": "Keep it, and ask the partner on another channel",
    "AUD-024": "Ask for a fresh claim with a later day of expiry",
    "AUD-025": "Nothing; the first one stands. Ask why it came again",
    "AUD-026": "Ask for the claim in the unit that [audit.types] agrees on",
    "AUD-027": "Ask why it came late; it does not count as a claim made beforehand",
    "AUD-028": "See `nanoward audit verdicts --proof`: whoever signed both must answer",
    "AUD-029": "Add the type to [audit.types], or ask what is meant",
    "AUD-030": "Ask for the basis of it; the agreed SD is used",
    "AUD-031": "Ask for the value in the form that its type needs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one envelope.

    claim     what it states; None where it cannot be read
    counts    it stands as the partner's first word on its item
    findings  why it does not, or what is odd about it
    """

    claim: Claim | None
    counts: bool
    findings: tuple[Finding, ...]
    signed_by: str = ""

    @property
    def kept(self) -> bool:
        """It is a signed claim of the partner, whether or not it counts."""
        return self.claim is not None and not any(
            one.code in ("AUD-022", "AUD-023", "AUD-024", "AUD-025", "AUD-021")
            for one in self.findings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaims:
    """What was received before.

    first     the partner's first claim by (partner, type, item, period)
    nonces    of all claims ever received
    revealed  items whose measurement was revealed to the partner, and when, as `first`
    """

    first: Mapping[tuple[str, str, str, str], Claim] = field(default_factory=dict)
    nonces: Set[str] = frozenset()
    revealed: Mapping[tuple[str, str, str, str], datetime] = field(default_factory=dict)


def judge_envelope(
    text: str,
    plan: AuditPlan,
    known: KnownClaims,
    programme: str,
    now: datetime,
    file: str = "",
) -> Received:
    """Read, verify and place one envelope; never raises for what stands in it."""
    try:
        envelope = read_dsse(text)
        claim = read_claim(envelope.payload)
    except (BadDsseError, BadClaimError) as odd:
        return _refused("AUD-020", f"this is no claim: {odd.what}", file)
    if envelope.payload_type != PAYLOAD_TYPE:
        return _refused("AUD-020", f"its type is {envelope.payload_type!r}", file, claim)
    fault = _signature_fault(envelope, claim, plan) or _replay(claim, known, programme, now)
    if fault is not None:
        return _refused(*fault, file, claim)
    found = _content_findings(claim, plan, file)
    if any(one.severity == "error" for one in found):
        return Received(
            claim=claim, counts=False, findings=tuple(found), signed_by=claim.partner
        )
    placed = _place(claim, known, file)
    return Received(
        claim=claim,
        counts=not placed,
        findings=(*found, *placed),
        signed_by=claim.partner,
    )


def _signature_fault(
    envelope: DsseEnvelope, claim: Claim, plan: AuditPlan
) -> tuple[str, str] | None:
    key = plan.partners.get(claim.partner)
    if not envelope.signatures:
        return "AUD-021", f"claim {claim.claim} is signed by nobody"
    if key is None:
        return "AUD-022", f"{claim.partner!r} is no partner of [audit.partners]"
    if envelope.is_signed_by(key):
        return None
    other = next((n for n, k in plan.partners.items() if envelope.is_signed_by(k)), "")
    if other:
        return "AUD-022", f"claim {claim.claim} of {claim.partner} is signed by {other}"
    return "AUD-023", f"the signature on claim {claim.claim} is not of {claim.partner}'s key"


def _replay(
    claim: Claim, known: KnownClaims, programme: str, now: datetime
) -> tuple[str, str] | None:
    if claim.programme != programme:
        return "AUD-025", f"claim {claim.claim} was made to {claim.programme}, not to us"
    if claim.nonce in known.nonces:
        return "AUD-025", f"claim {claim.claim} was received before"
    if now.astimezone(UTC).date() > claim.expires:
        return "AUD-024", f"claim {claim.claim} expired on {claim.expires}"
    if claim.made > now + AHEAD:
        return "AUD-024", f"claim {claim.claim} says to be made on {claim.made}, in the future"
    return None


def _content_findings(claim: Claim, plan: AuditPlan, file: str) -> list[Finding]:
    kind = plan.types.get(claim.type)
    if kind is None:
        return [_finding("AUD-029", f"nobody agreed on claims of {claim.type!r}", claim, file)]
    misfit = _unit_misfit(claim, kind) or _value_misfit(claim, kind)
    if misfit:
        return [_finding(*misfit, claim, file)]
    wide = _stated_sd(claim, kind)
    if kind.sd and wide > WIDER * kind.sd:
        told = f"its uncertainty is {wide:g}, agreed were {kind.sd:g} {kind.unit}"
        return [_finding("AUD-030", told, claim, file, severity="warning")]
    return []


def _unit_misfit(claim: Claim, kind: ClaimType) -> tuple[str, str] | None:
    if claim.unit == kind.unit:
        return None
    turned = conversion(claim.unit or "1", kind.unit or "1")
    if isinstance(turned, UnknownUnit):
        return "AUD-026", f"{claim.unit!r} cannot be turned into {kind.unit or 'no unit'!r}"
    return None


def _value_misfit(claim: Claim, kind: ClaimType) -> tuple[str, str] | None:
    value = claim.value
    if value is None:
        return None
    if kind.kind in ("identity", "sequence", "date"):
        fits = isinstance(value, str) and bool(value)
        if fits and kind.kind == "date":
            try:
                datetime.fromisoformat(str(value))
            except ValueError:
                fits = False
    elif kind.kind == "presence":
        fits = isinstance(value, bool)
    elif kind.kind == "continuous":
        fits = isinstance(value, float | tuple)
    else:
        fits = isinstance(value, float | tuple)
        numbers = value if isinstance(value, tuple) else (value,)
        fits = fits and all(isinstance(o, float) and o >= 0 for o in numbers)
        if kind.kind == "count":
            fits = fits and all(isinstance(o, float) and o.is_integer() for o in numbers)
        if kind.kind == "proportion":
            fits = fits and len(numbers) == 2 and float(numbers[0]) <= float(numbers[1])
        if kind.kind == "balance":
            fits = fits and len(numbers) == 4
    return None if fits else ("AUD-031", f"{str(value)[:40]!r} is no value of a {kind.kind}")


def _stated_sd(claim: Claim, kind: ClaimType) -> float:
    """The claim's own uncertainty in the type's unit; 0 where it states none."""
    if math.isnan(claim.uncertainty):
        return 0.0
    turned = 1.0 if claim.unit == kind.unit else conversion(claim.unit or "1", kind.unit or "1")
    return claim.uncertainty * turned if isinstance(turned, float) else 0.0


def _place(claim: Claim, known: KnownClaims, file: str) -> list[Finding]:
    """Why a sound claim is not the partner's first word on its item."""
    first = known.first.get((claim.partner, *claim.about))
    if first is not None:
        same = (first.value, first.unit) == (claim.value, claim.unit)
        told = f"{claim.partner} claimed {first.value!r} in {first.claim} and "
        told += "the same again" if same else f"claims {claim.value!r} now"
        if claim.supersedes == first.claim:
            told += ", as a correction"
        return [_finding("AUD-028", told, claim, file)]
    when = known.revealed.get((claim.partner, *claim.about))
    if when is not None:
        told = f"our measurement was revealed on {when:%Y-%m-%d %H:%M} already"
        return [_finding("AUD-027", told, claim, file)]
    return []


def _finding(
    code: str, told: str, claim: Claim | None, file: str, *, severity: str = "error"
) -> Finding:
    return Finding(
        code=code,
        severity="warning" if severity == "warning" else "error",
        message=told,
        next_step=_NEXT[code],
        file=file,
        subject="" if claim is None else claim.item,
        column="" if claim is None else claim.type,
    )


def _refused(code: str, told: str, file: str, claim: Claim | None = None) -> Received:
    return Received(claim=claim, counts=False, findings=(_finding(code, told, claim, file),))
