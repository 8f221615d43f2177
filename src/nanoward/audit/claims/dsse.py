"""Signed statements: the DSSE envelope (Dead Simple Signing Envelope, v1) with Ed25519.

Source: the secure-systems-lab specification of DSSE: the signature is over the
pre-authentication encoding of type and payload, never over JSON that was parsed again.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nanoward.base.canonical import canonical_json
from nanoward.base.errors import InputError

PAYLOAD_TYPE = "application/vnd.nanoward.claim+json"
MOST_BYTES = 1_000_000


class BadDsseError(InputError):
    """Text that is no DSSE envelope."""

    code = "AUD-010"
    next_step = "Ask the partner for the file again; what was received is kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class DsseEnvelope:
    """A payload, its type, and who says to have signed it. Reading verifies nothing.

    signatures  (key id, 64 bytes) each; the key id is a hint and proves nothing
    """

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]

    def signed_bytes(self) -> bytes:
        """What was signed: the pre-authentication encoding."""
        return pre_authentication(self.payload_type, self.payload)

    def is_signed_by(self, public: str) -> bool:
        """Whether one of the signatures is good under a public key (hexadecimal)."""
        message = self.signed_bytes()
        return any(_holds(public, message, signature) for _, signature in self.signatures)

    def text(self) -> str:
        """As one line of canonical JSON."""
        return canonical_json(
            {
                "payload": base64.b64encode(self.payload).decode(),
                "payloadType": self.payload_type,
                "signatures": [
                    {"keyid": key, "sig": base64.b64encode(one).decode()}
                    for key, one in self.signatures
                ],
            }
        )


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """DSSE's PAE: lengths are signed too, so nothing can be moved between fields."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def key_id(public: str) -> str:
    """The name of a public key: SHA-256 of its 32 bytes, hexadecimal."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()


def read_dsse(text: str) -> DsseEnvelope:
    """Read an envelope; BadDsseError where it is none. Unknown fields are refused."""
    if len(text) > MOST_BYTES:
        raise BadDsseError(f"the envelope has {len(text)} letters, more than {MOST_BYTES}")
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BadDsseError("the envelope is no JSON") from fault
    if not isinstance(table, dict) or set(table) != {"payload", "payloadType", "signatures"}:
        raise BadDsseError("an envelope holds payload, payloadType and signatures")
    if not isinstance(table["payloadType"], str) or not isinstance(table["signatures"], list):
        raise BadDsseError("payloadType is no text, or signatures is no list")
    return DsseEnvelope(
        payload_type=table["payloadType"],
        payload=_decoded(table["payload"]),
        signatures=tuple(_signature(one) for one in table["signatures"]),
    )


def _signature(one: Any) -> tuple[str, bytes]:
    if not isinstance(one, dict) or not {"sig"} <= set(one) <= {"sig", "keyid"}:
        raise BadDsseError("a signature holds sig and keyid")
    return str(one.get("keyid", "")), _decoded(one["sig"])


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as fault:
        raise BadDsseError("payload or signature is not base64") from fault


def _holds(public: str, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
