"""What people sign for a kill code: a domain for each meaning, so that none stands for another.

A signature made so that two people may release together does not release alone, and neither
of them reviews.
"""

from typing import Final

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import KillRequested, body_of

DOMAIN: Final = b"killcode-v1\0"
GLASS_DOMAIN: Final = b"breakglass-v1\0"
REVIEW_DOMAIN: Final = b"killreview-v1\0"
REVOKE_DOMAIN: Final = b"revoke-v1\0"


def order_bytes(request: KillRequested) -> bytes:
    """The order's canonical bytes: agent, lot, people, mechanism, dose, times, ledger."""
    return canonical_json(body_of(request)).encode()


def signed_bytes(request: KillRequested, *, signer: str, role: str) -> bytes:
    """What one of several signs: the order, and who they are, and as what they sign."""
    return _bytes(DOMAIN, request, signer, role)


def glass_bytes(request: KillRequested, *, signer: str, role: str) -> bytes:
    """What one physician signs to release a code alone."""
    return _bytes(GLASS_DOMAIN, request, signer, role)


def review_bytes(request: KillRequested, *, signer: str, note: str) -> bytes:
    """What somebody else signs who has looked at a code that one person released."""
    return _bytes(REVIEW_DOMAIN, request, signer, note)


def revoke_bytes(key: str, *, signer: str, reason: str) -> bytes:
    """What a signer signs to revoke a key, their own or another's."""
    return REVOKE_DOMAIN + canonical_json([key, signer, reason]).encode()


def _bytes(domain: bytes, request: KillRequested, *words: str) -> bytes:
    who = canonical_json(list(words)).encode()
    return domain + sha256_of(order_bytes(request)).encode() + b"\0" + who
