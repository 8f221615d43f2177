"""May a spec be published? Two people sign the same bytes, versions rise, nothing is expired.

The rules are those of signed software updates (The Update Framework, specification 1.0.34,
sections 5.3 to 5.6): a threshold of distinct keys, expiry against freezing, rising versions
against rollback.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.agents.spec import AgentSpec, version_of
from nanoward.agents.spec_document import document_of
from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import RefusedError

NEEDED = 2
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
    reasons: list[str] = []
    held: dict[str, str] = {}
    for one in signatures:
        if people.get(one.person) != one.key:
            reasons.append(f"{one.person} may not sign with this key")
        elif not verify(one.key, message, one.signature):
            reasons.append(f"the signature of {one.person} does not fit this spec")
        else:
            held[one.key] = one.person
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
