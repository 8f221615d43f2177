"""Check a proof that somebody signed two statements that cannot both be true.

    python check_contradiction.py PROOF.json [KEY]

PROOF.json as `nanoward audit verdicts --proof` writes it; KEY: the partner's public key (64
hexadecimal digits) as you know it from elsewhere; without it you only learn that one key
signed both. Needs Python and the library cryptography; shares no code with nanoward.
Exit code 0: proven; 1: not proven, for the reason that is printed.
"""

import base64
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.nanoward.claim+json"
SAME = ("programme", "partner", "type", "item", "period", "method")  # what both speak of
OTHER = ("value", "unit", "uncertainty", "limit")  # in which they differ
NAMES = {
    *SAME, *OTHER, "format", "claim", "nonce", "made", "expires", "supersedes",
}  # fmt: skip


class NotProven(Exception):
    """Why the proof does not hold."""


def unique(pairs):
    """A JSON object in which no name comes twice: two readers must not read it differently."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise NotProven("a name comes twice in an object")
    return dict(pairs)


def constant(name):
    raise NotProven(f"{name} is no JSON")


def parsed(text):
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=constant)
    except (ValueError, RecursionError) as fault:
        raise NotProven("it is no JSON") from fault


def decoded(text):
    if not isinstance(text, str):
        raise NotProven("base64 is a text")
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as fault:
        raise NotProven("something is not base64") from fault
    if base64.b64encode(raw).decode() != text:
        raise NotProven("something is not base64 as it is written")
    return raw


def statement(envelope, key):
    """The claim in a DSSE envelope, once a signature in it is good under the key."""
    if not isinstance(envelope, dict) or set(envelope) != {
        "payload", "payloadType", "signatures"
    }:  # fmt: skip
        raise NotProven("a statement is no DSSE envelope")
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise NotProven("a statement is of another type")
    payload, kind = decoded(envelope["payload"]), PAYLOAD_TYPE.encode()
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signatures = envelope["signatures"]
    if not isinstance(signatures, list) or not 0 < len(signatures) <= 64:
        raise NotProven("a statement is signed by nobody")
    if not any(is_good(key, one, message) for one in signatures):
        raise NotProven("a statement is not signed by the key")
    try:
        claim = parsed(payload.decode("utf-8"))
    except UnicodeDecodeError as fault:
        raise NotProven("a statement is no text") from fault
    if not isinstance(claim, dict) or set(claim) != NAMES:
        raise NotProven("a statement is no claim")
    if claim["format"] != "nanoward-claim/1":
        raise NotProven("a statement is of another version")
    texts = (*SAME, "claim", "supersedes", "unit")
    if not all(isinstance(claim[name], str) for name in texts):
        raise NotProven("a claim says something that is no text where text belongs")
    return claim


def is_good(key, signature, message):
    if not isinstance(signature, dict) or "sig" not in signature:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(decoded(signature["sig"]), message)
    except (InvalidSignature, ValueError, NotProven):
        return False
    return True


def contradiction(text, known=None):
    """Both claims of a proof; NotProven where it proves nothing.

    known  the partner's public key, hexadecimal, where it is known from elsewhere
    """
    proof = parsed(text)
    if not isinstance(proof, dict) or set(proof) != {"format", "key", "statements"}:
        raise NotProven("this is no proof of a contradiction")
    if proof["format"] != "nanoward-contradiction/1":
        raise NotProven("the proof is of another version")
    named = proof["key"]
    if not isinstance(named, str) or re.fullmatch(r"[0-9a-f]{64}", named) is None:
        raise NotProven("the proof names no key")
    if known is not None and named != known.strip().lower():
        raise NotProven("the proof is about another key than the one you gave")
    statements = proof["statements"]
    if not isinstance(statements, list) or len(statements) != 2:
        raise NotProven("a proof has two statements")
    first, second = (statement(one, bytes.fromhex(named)) for one in statements)
    for name in SAME:
        if first[name] != second[name]:
            raise NotProven(f"they speak of different things: {name}")
    if first["claim"] == second["supersedes"] or second["claim"] == first["supersedes"]:
        raise NotProven("one of them corrects the other and says so")
    if all(same(first[name], second[name]) for name in OTHER):
        raise NotProven("they say the same")
    return first, second


def same(one, other):
    """Equal in JSON: true is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def main(words):
    if len(words) not in (1, 2):
        print(__doc__)
        return 2
    try:
        with open(words[0], encoding="utf-8") as file:
            first, second = contradiction(file.read(), *words[1:])
    except (NotProven, OSError, UnicodeDecodeError) as fault:
        print(f"NOT PROVEN: {fault}")
        return 1
    print(f"PROVEN: {first['partner']} signed two statements that cannot both be true")
    print(f"  about: {first['type']} of {first['item']} in {first['period'] or 'no period'}")
    for one in (first, second):
        print(f"  {one['claim']}, made {one['made']}: {one['value']!r} {one['unit']}")
    if len(words) == 1:
        print("  compare the key with the one that you know: give it as the second word")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
