"""True and forged proofs of contradictions, for the small checker."""

import base64
import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.audit.claims.claim import Claim
from nanoward.audit.claims.contradiction import proof_text
from nanoward.audit.claims.dsse import PAYLOAD_TYPE, DsseEnvelope, pre_authentication

Proof = dict[str, Any]


def claim(value: Any = 1.0, **changes: Any) -> Claim:
    name = f"c{value:g}" if isinstance(value, float) else "c"
    told: dict[str, Any] = {
        "programme": "w", "partner": "north", "claim": name, "type": "iron",
        "item": "S1", "period": "2026", "method": "ICP-MS", "value": value, "unit": "mg/L",
        "made": datetime(2026, 11, 2, 9, tzinfo=UTC), "expires": date(2027, 2, 1),
        "nonce": "ab" * 16,
    }  # fmt: skip
    return Claim(**(told | changes))


def signed(one: Claim, key: Ed25519PrivateKey) -> DsseEnvelope:
    payload = one.payload()
    signature = key.sign(pre_authentication(PAYLOAD_TYPE, payload))
    return DsseEnvelope(
        payload_type=PAYLOAD_TYPE, payload=payload, signatures=(("k", signature),)
    )


def true_proof(key: Ed25519PrivateKey, **second: Any) -> str:
    public = key.public_key().public_bytes_raw().hex()
    other = {"value": 2.0, "claim": "c2"} | second
    return proof_text(public, signed(claim(), key), signed(claim(**other), key))


def forgeries(
    proof: Proof, count: int, chance: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """So many forged proofs by turns of every way; each is forged: none proves anything."""
    ways = list(WAYS.items())
    for at in range(count):
        name, way = ways[at % len(ways)]
        yield name, way(copy.deepcopy(proof), chance)


def _text(proof: Proof) -> str:
    return json.dumps(proof, separators=(",", ":"), sort_keys=True)


def _payload(proof: Proof, at: int, change: Callable[[Proof], None]) -> None:
    statement = proof["statements"][at]
    told = json.loads(base64.b64decode(statement["payload"]))
    change(told)
    raw = json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
    statement["payload"] = base64.b64encode(raw).decode()


def _flipped_payload(proof: Proof, chance: np.random.Generator) -> str:
    statement = proof["statements"][int(chance.integers(2))]
    raw = bytearray(base64.b64decode(statement["payload"]))
    raw[int(chance.integers(len(raw)))] ^= 1 << int(chance.integers(8))
    statement["payload"] = base64.b64encode(bytes(raw)).decode()
    return _text(proof)


def _flipped_signature(proof: Proof, chance: np.random.Generator) -> str:
    signature = proof["statements"][int(chance.integers(2))]["signatures"][0]
    raw = bytearray(base64.b64decode(signature["sig"]))
    raw[int(chance.integers(len(raw)))] ^= 1 << int(chance.integers(8))
    signature["sig"] = base64.b64encode(bytes(raw)).decode()
    return _text(proof)


def _other_value(proof: Proof, chance: np.random.Generator) -> str:
    value = float(chance.normal())
    _payload(proof, int(chance.integers(2)), lambda told: told.update(value=value))
    return _text(proof)


def _same_statement(proof: Proof, chance: np.random.Generator) -> str:
    at = int(chance.integers(2))
    proof["statements"][1 - at] = proof["statements"][at]
    return _text(proof)


def _own_key(proof: Proof, chance: np.random.Generator) -> str:
    """The forger signs both statements with a key of their own, and says so or not."""
    key = Ed25519PrivateKey.from_private_bytes(chance.bytes(32))
    forged = json.loads(true_proof(key))
    if chance.random() < 0.5:
        forged["key"] = proof["key"]
    return _text(forged)


def _one_own_statement(proof: Proof, chance: np.random.Generator) -> str:
    key = Ed25519PrivateKey.from_private_bytes(chance.bytes(32))
    proof["statements"][1] = json.loads(true_proof(key))["statements"][1]
    return _text(proof)


def _swapped_signatures(proof: Proof, chance: np.random.Generator) -> str:
    one, other = proof["statements"]
    one["signatures"], other["signatures"] = other["signatures"], one["signatures"]
    if chance.random() < 0.5:
        one["signatures"] = [*one["signatures"], *one["signatures"]]
    return _text(proof)


def _other_type(proof: Proof, chance: np.random.Generator) -> str:
    proof["statements"][int(chance.integers(2))]["payloadType"] = "text/plain"
    return _text(proof)


def _twice_named(proof: Proof, chance: np.random.Generator) -> str:
    """A name that comes twice reads one way here and another there."""
    name = ("key", "format", "statements")[int(chance.integers(3))]
    return _text(proof)[:-1] + f',"{name}":{json.dumps(proof[name])}' + "}"


def _cut(proof: Proof, chance: np.random.Generator) -> str:
    text = _text(proof)
    return text[: int(chance.integers(1, len(text)))]


def _three(proof: Proof, chance: np.random.Generator) -> str:
    proof["statements"].insert(int(chance.integers(3)), proof["statements"][0])
    return _text(proof)


def _other_item(proof: Proof, chance: np.random.Generator) -> str:
    """Both signed truly, about two different things, or the one corrects the other."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    changes: list[dict[str, Any]] = [
        {"item": "S2"}, {"period": "2027"}, {"type": "lead"}, {"method": "AAS"},
        {"programme": "v"}, {"partner": "south"}, {"supersedes": "c1"},
        {"value": 1.0, "claim": "c9", "nonce": "cd" * 16},
    ]  # fmt: skip
    return true_proof(key, **changes[int(chance.integers(len(changes)))])


def _rewritten(proof: Proof, chance: np.random.Generator) -> str:
    """The same claim in other words: spaces, other order, a further field."""
    extra = {"z": float(chance.normal())} if chance.random() < 0.5 else {}
    statement = proof["statements"][0]
    told = json.loads(base64.b64decode(statement["payload"]))
    raw = json.dumps(told | extra, indent=int(chance.integers(1, 5))).encode()
    statement["payload"] = base64.b64encode(raw).decode()
    return _text(proof)


WAYS: dict[str, Callable[[Proof, np.random.Generator], str]] = {
    "flipped payload": _flipped_payload,
    "flipped signature": _flipped_signature,
    "other value": _other_value,
    "same statement": _same_statement,
    "own key": _own_key,
    "one own statement": _one_own_statement,
    "swapped signatures": _swapped_signatures,
    "other type": _other_type,
    "a name twice": _twice_named,
    "cut off": _cut,
    "three statements": _three,
    "no contradiction": _other_item,
    "rewritten": _rewritten,
}
