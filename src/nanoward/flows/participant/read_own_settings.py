"""What one person's agent is set to, and what they may set alone."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from nanoward.audit.notes import verifier_key
from nanoward.base.entries import KINDS, Entry, entry_of
from nanoward.base.entries.control import (
    OrderIntended,
    OrderReadBack,
    OwnLimitSet,
    RangeCertified,
)
from nanoward.base.errors import NanowardError
from nanoward.control.plan import control_plan
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.flows.tuning.use_certificate import permitted_settings
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports
from nanoward.tuning.dosing.self_adjustment_certificate import CertificateHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCertificate:
    """A certificate as it was written: bytes, signature and the key it names."""

    content: bytes
    signature: bytes
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCertificate:
    """A certificate with what it permits today, checked here; the browser checks it again.

    problem  why nothing of it may be used; "" where it may
    public, signature, content  base64, for the browser's own check
    key_id   eight hexadecimal digits that name the key, to compare with the card
    """

    permitted: tuple[Mapping[str, Any], ...]
    problem: str
    public: str = ""
    signature: str = ""
    content: str = ""
    key_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSetting:
    """One setting of a person's agent.

    value   what was last read back; None where nothing was
    as_of   when; ends  of the lease that holds it, after which the default stands
    low, high  the certified range within the person's own limits; None without
    """

    setting: str
    unit: str
    default: float
    value: float | None = None
    as_of: datetime | None = None
    ends: datetime | None = None
    low: float | None = None
    high: float | None = None
    own: bool = False  # whether participants may set it alone


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSettings:
    """Settings, the certificate, and why nothing may be raised now."""

    settings: tuple[OwnSetting, ...]
    certificate: CheckedCertificate | None
    standing: tuple[str, ...]
    today: date


def read_own_settings(
    ports: Ports, lane: Ledger | None, participant: str, signed: SignedCertificate | None
) -> OwnSettings:
    """What the person may read and send; it costs what there is of the person.

    lane  the kill lane's ledger, which holds stops; None where nobody was ever enrolled
    """
    today = ports.today()
    section = ports.folder.plan().section("control")
    entries = [
        (one.at, entry_of(one.kind, one.body, KINDS))
        for ledger in (ports.ledger, lane)
        if ledger is not None
        for one in ledger.about(participant)
        if one.kind.startswith("control.")
    ]  # each ledger in its order, whatever its clock said
    left = spool_reasons(ports.spool, ports.ledger, participant)
    word = on_record(ports.ledger, participant).standing
    return OwnSettings(
        settings=_settings(section, entries, participant),
        certificate=None
        if signed is None
        else check_certificate(
            signed, today, CertificateHolder(participant=participant, standing=word)
        ),
        standing=left,
        today=today,
    )


def check_certificate(
    signed: SignedCertificate, today: date, holder: CertificateHolder
) -> CheckedCertificate:
    """What a certificate permits; a signature that does not hold permits nothing."""
    try:
        key = verifier_key(signed.key.strip())
        rows = permitted_settings(
            signed.content, signed.signature, signed.key, today, None, holder
        )
    except NanowardError as fault:
        return CheckedCertificate(permitted=(), problem=fault.message)
    return CheckedCertificate(
        permitted=tuple(rows),
        problem="",
        public=_base64(key.public),
        signature=_base64(signed.signature),
        content=_base64(signed.content),
        key_id=key.key_id.hex(),
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _settings(
    section: Mapping[str, Any], told: list[tuple[datetime, Entry]], who: str
) -> tuple[OwnSetting, ...]:
    if not section:
        return ()
    plan, entries = control_plan(section), [entry for _, entry in told]
    by_time = [entry for _, entry in sorted(told, key=lambda pair: pair[0])]
    found = []
    for name, spec in plan.settings.items():
        mine = [one for one in entries if getattr(one, "setting", name) in (name, "*")]
        value, as_of, ends = _now(by_time, name)
        low, high = _range(mine, who)
        found.append(
            OwnSetting(
                setting=name, unit=spec.unit, default=spec.default, value=value, as_of=as_of,
                ends=ends, low=low, high=high, own="participant" in spec.who,
            )
        )  # fmt: skip
    return tuple(found)


def _now(
    entries: list[Entry], name: str
) -> tuple[float | None, datetime | None, datetime | None]:
    """The last value that was read back of a setting, and the end of its lease."""
    intended: dict[str, OrderIntended] = {}
    value, as_of, ends = None, None, None
    for entry in entries:
        if isinstance(entry, OrderIntended) and entry.setting in (name, "*"):
            intended[entry.order] = entry
        elif isinstance(entry, OrderReadBack) and entry.order in intended:
            order = intended[entry.order]
            value, as_of = entry.value, entry.at
            ends = order.expires if order.kind == "set" else None
    return value, as_of, ends


def _range(entries: list[Entry], who: str) -> tuple[float | None, float | None]:
    low, high = None, None
    for kind in (RangeCertified, OwnLimitSet):
        told = [one for one in entries if isinstance(one, kind) and one.participant == who]
        if told:
            last = told[-1]
            low = last.low if low is None else max(low, last.low)
            high = last.high if high is None else min(high, last.high)
    return low, high
