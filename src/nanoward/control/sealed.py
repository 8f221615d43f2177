"""Sealed codes: kill codes signed beforehand, for a clinic that is cut off from the server.

One code is for one participant, one mechanism and one device key, holds at most 7 days, is
issued anew every day, and works once. Two people in two roles sign it when it is issued; the
clinic's device signs when it is used, so that a stolen copy is worth nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import KillApproved, KillRequested
from nanoward.control.identity import identity_of
from nanoward.control.kill_bytes import order_bytes
from nanoward.control.kill_roles import roles_needed
from nanoward.control.kill_state import Signer

SEALED_DOMAIN: Final = b"sealedcode-v1\0"
USE_DOMAIN: Final = b"sealeduse-v1\0"
LONGEST_SEALED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCode:
    """A code as it lies in the clinic.

    request     as for a kill code; one participant, `expires` up to 7 days ahead
    device_key  name of the key (its SHA-256) that must sign at use
    approvals   signatures over `sealed_bytes`
    """

    request: KillRequested
    device_key: str
    approvals: tuple[KillApproved, ...]


def sealed_bytes(request: KillRequested, *, device_key: str, signer: str, role: str) -> bytes:
    """What one person signs when a code is issued."""
    who = canonical_json([device_key, signer, role]).encode()
    return SEALED_DOMAIN + sha256_of(order_bytes(request)).encode() + b"\0" + who


def use_bytes(code: SealedCode, at: datetime) -> bytes:
    """What the clinic's device signs when the code is used."""
    when = canonical_json([code.device_key, at.isoformat()]).encode()
    return USE_DOMAIN + sha256_of(order_bytes(code.request)).encode() + b"\0" + when


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeContext:
    """What is known where a code is used.

    signers   for each approval, the person whose key made it; None: unknown or revoked
    verified  for each approval, whether its signature verifies
    lot, spec_sha256  that the participant carries now
    last_use  when a code of this mechanism was last used at the participant, or is owed
    """

    signers: tuple[Signer | None, ...]
    verified: tuple[bool, ...]
    device_signed: bool
    lot: str
    spec_sha256: str
    last_use: datetime | None
    now: datetime


def may_use(code: SealedCode, known: CodeContext) -> tuple[str, ...]:
    """Why a code must not be used; () when it may, this once.

    Codes are issued anew every day, so several of one mechanism may lie in the clinic: once one
    was used, every one that was issued before is spent.
    """
    request, now = code.request, known.now
    roles, people, keys = _counted(code, known)
    needed = roles_needed(request)
    length = request.expires - request.not_before
    spent = known.last_use is not None and request.not_before <= known.last_use
    checks = (
        (len(request.participants) == 1, "it names more than one participant"),
        (timedelta(0) < length <= LONGEST_SEALED, "it holds longer than 7 days"),
        (needed <= roles, "a signature is missing or does not count"),
        (min(people, keys) >= len(needed), f"fewer than {len(needed)} people signed"),
        (known.device_signed, "the device's key did not sign"),
        (not spent, "one of this mechanism was used at this participant already"),
        (
            (request.lot, request.spec_sha256) == (known.lot, known.spec_sha256),
            f"it was made for lot {request.lot}; the participant carries {known.lot or 'none'}",
        ),
        (request.not_before <= now, "it is not valid yet"),
        (now < request.expires, "it has expired"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def _counted(code: SealedCode, known: CodeContext) -> tuple[frozenset[str], int, int]:
    """Roles that have signed, and how many people and keys."""
    counted = [
        (approval, signer)
        for approval, signer, sound in zip(
            code.approvals, known.signers, known.verified, strict=True
        )
        if sound
        and signer is not None
        and signer.name == approval.signer
        and signer.key == approval.key
        and approval.role in signer.roles
        and approval.order == code.request.order
    ]
    roles = frozenset(approval.role for approval, _ in counted)
    people = {identity_of(signer) for _, signer in counted}
    return roles, len(people), len({approval.key for approval, _ in counted})
