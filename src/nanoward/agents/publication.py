"""May a spec be published? Two people sign the same bytes, versions rise, nothing is expired.

The rules are those of signed software updates (The Update Framework, specification 1.0.34,
sections 5.3 to 5.6): a threshold of distinct keys, expiry against freezing, rising versions
against rollback.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.agents.spec import AgentSpec, version_of
from nanoward.agents.spec_document import document_of
from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import RefusedError

NEEDED = 2
KEY_BYTES = 32
DOMAIN = b"nanoward agent spec v1\0"  # a signature for this can never stand for an order


class UnpublishableError(RefusedError):
    """A spec may not be published."""

    code = "AGT-001"
    next_step = "Put right what the reasons say, then have two people sign again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecSignature:
    """One person's signature: who, with which public key (hex), and the signature (hex)."""

    person: str
    key: str
    signature: str


def signed_bytes(spec: AgentSpec) -> bytes:
    """What is signed: the domain and the whole spec, in one way only."""
    return DOMAIN + canonical_json(document_of(spec)).encode()


def spec_sha256(spec: AgentSpec) -> str:
    """The name of a spec: SHA-256 over its canonical JSON. Orders and lots refer to it."""
    return sha256_of(canonical_json(document_of(spec)).encode())


def key_bytes(text: str) -> bytes | None:
    """The 32 bytes of a public key however its digits are spelt; None for what is none."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if len(raw) == KEY_BYTES else None


def shared_keys(people: Mapping[str, str]) -> tuple[str, ...]:
    """Names of [agents.people] that hold one key, or that are one name spelt twice, told."""
    by_key: dict[bytes, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    for name, text in people.items():
        key = key_bytes(text)
        by_name.setdefault(_same_name(name), []).append(name)
        if key is not None:
            by_key.setdefault(key, []).append(name)
    return (
        *(f"{' and '.join(some)} have one key" for some in by_key.values() if len(some) > 1),
        *(f"{' and '.join(some)} are one name" for some in by_name.values() if len(some) > 1),
    )


def _same_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def refusals(
    spec: AgentSpec,
    signatures: Sequence[SpecSignature],
    people: Mapping[str, str],
    verify: Callable[[str, bytes, str], bool],
    published: Sequence[str],
    as_of: date,
) -> tuple[str, ...]:
    """Every reason not to publish; none means that it may be.

    people     who may sign: person to public key (hex)
    verify     (key, bytes, signature) to whether it holds
    published  versions of this agent that were published before
    """
    message = signed_bytes(spec)
    reasons: list[str] = list(shared_keys(people))
    held: dict[bytes, str] = {}
    for one in signatures:
        key = key_bytes(one.key)
        if key is None or key_bytes(people.get(one.person, "")) != key:
            reasons.append(f"{one.person} may not sign with this key")
        elif not verify(one.key, message, one.signature):
            reasons.append(f"the signature of {one.person} does not fit this spec")
        else:
            held[key] = _same_name(one.person)
    if len(held) < NEEDED or len(set(held.values())) < NEEDED:
        reasons.append(f"{len(held)} of {NEEDED} people have signed")
    number = version_of(spec.version)
    latest = max((v for v in map(version_of, published) if v is not None), default=None)
    if number is None or (latest is not None and number <= latest):
        told = "none" if latest is None else ".".join(map(str, latest))
        reasons.append(f"version {spec.version} does not rise above {told}")
    if not spec.given:
        reasons.append(f"nobody is given {spec.name}: the spec says so")
    if spec.expires <= as_of:
        reasons.append(f"the spec expired on {spec.expires}")
    return tuple(reasons)
