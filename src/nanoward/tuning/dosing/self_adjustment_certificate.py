"""What a person may set alone, and until when: made once, signed, checked without a network.

Only settings whose side effect is rarer than allowed come in. As data age, doubt grows: each
setting ends by itself, the riskier the sooner. With harm h (its margin included) of the epsilon
that is allowed a setting may be used for (1 - h / epsilon) of `oldest`, counted from the
person's last observation.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from nanoward.base.canonical import canonical_json
from nanoward.base.errors import IntegrityError
from nanoward.tuning.dosing.eligibility import MAY_START
from nanoward.tuning.dosing.frontier import Frontier
from nanoward.tuning.dosing.goals import Goal

VERSION = 1


class BadCertificateError(IntegrityError):
    """A certificate is not what was signed."""

    code = "TUN-004"
    next_step = "Use no setting alone; ask for a new certificate."


@dataclass(frozen=True, kw_only=True)
class CertifiedSetting:
    """One setting and the last day on which it may be used alone."""

    setting: float
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDates:
    """When a certificate is issued, when the person was last observed, and the last day that
    may be certified."""

    issued: date
    last_observed: date
    latest: date


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The certified set of one person's setting.

    observed     day of the last observation that it rests on
    history_sha256, model_sha256  of the records and the model that it was computed from
    """

    participant: str
    setting: str
    unit: str
    interval: float
    epsilon: float
    issued: date
    observed: date
    allowed: tuple[CertifiedSetting, ...]
    model_sha256: str
    history_sha256: str

    def content(self) -> bytes:
        """The bytes that are signed: canonical JSON."""
        told = {**asdict(self), "version": VERSION}
        return canonical_json(json.loads(json.dumps(told, default=str))).encode()


def certify(
    participant: str, goal: Goal, found: Frontier, hashes: tuple[str, str],
    dates: CertificateDates, oldest: int,
) -> Certificate:  # fmt: skip
    """The certificate of a frontier; empty where no setting is allowed or can be recommended,
    and where what is in the body passes the limit.

    hashes  of the model and of the person's records
    oldest  days after which data certify nothing
    """
    issued, observed, last = dates.issued, dates.last_observed, dates.latest
    allowed = []
    usable = found.advice.dose is not None and found.carried is None
    for setting, harm, fine in zip(found.settings, found.held_to, found.allowed, strict=True):
        room = max(0.0, 1.0 - float(harm) / goal.epsilon)
        until = min(last, observed + timedelta(days=int(oldest * room)))
        if usable and fine and until >= issued:
            allowed.append(CertifiedSetting(setting=float(setting), until=until))
    return Certificate(
        participant=participant,
        setting=goal.setting,
        unit=goal.unit,
        interval=goal.interval,
        epsilon=goal.epsilon,
        issued=issued,
        observed=observed,
        allowed=tuple(allowed),
        model_sha256=hashes[0],
        history_sha256=hashes[1],
    )


def read_certificate(
    content: bytes, signature: bytes, is_signed: Callable[[bytes, bytes], bool]
) -> Certificate:
    """The certificate, once its signature holds; is_signed(content, signature)."""
    if not is_signed(content, signature):
        raise BadCertificateError("the signature does not fit the certificate")
    try:
        table: Mapping[str, Any] = json.loads(content)
        parts = {name: value for name, value in table.items() if name != "version"}
        allowed = tuple(
            CertifiedSetting(
                setting=float(one["setting"]), until=date.fromisoformat(one["until"])
            )
            for one in parts.pop("allowed")
        )
        for name in ("issued", "observed"):
            parts[name] = date.fromisoformat(parts[name])
        found = Certificate(allowed=allowed, **parts)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadCertificateError(f"the certificate cannot be read: {fault}") from None
    if table.get("version") != VERSION:
        raise BadCertificateError(f"version {table.get('version')!r} is not known")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateHolder:
    """What is known on the day of use, as far as it is: "" for what is not.

    participant   who wants to use it; model_sha256 of the model of today
    standing      of clearance
    """

    participant: str = ""
    model_sha256: str = ""
    standing: str = ""


ANYBODY = CertificateHolder()


def void_reason(certificate: Certificate, holder: CertificateHolder) -> str:
    """Why the whole certificate holds for nobody, or not for this person; "" when it may."""
    if holder.participant and holder.participant != certificate.participant:
        return f"the certificate is of {certificate.participant}, not of {holder.participant}"
    if holder.model_sha256 and holder.model_sha256 != certificate.model_sha256:
        return "the certificate rests on another model than the one of today"
    if holder.standing and holder.standing not in MAY_START:
        return f"standing is {holder.standing}: nothing may be set alone"
    return ""


def may_use(
    certificate: Certificate, setting: float, day: date, holder: CertificateHolder = ANYBODY
) -> str:
    """Why this setting may not be used alone on this day; "" when it may."""
    if void := void_reason(certificate, holder):
        return void
    if day < certificate.issued:
        return f"the certificate begins on {certificate.issued}"
    near = [one for one in certificate.allowed if abs(one.setting - setting) < 1e-9]
    if not near:
        return f"{setting:g} {certificate.unit} is not in the certified set"
    if day > near[0].until:
        return f"{setting:g} {certificate.unit} was certified until {near[0].until}"
    return ""
