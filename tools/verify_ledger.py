"""Verify an exported nanoward ledger, trusting nobody: not its operator, not its server.

    python verify_ledger.py ledger.jsonl --kept my-last-checkpoint.txt

You need Python 3.11, the library `cryptography`, the exported file, and what you kept yourself:
checkpoints that you were given or cosigned, or receipts (.tlog-proof). This file shares no code
with nanoward. It can be read in one sitting, and it should be.

What is proved, when it says "whole":
- every record in the file is in its place in a Merkle tree (RFC 9162) whose root was signed;
- the tree began exactly as it stood in each checkpoint and receipt that you kept: since then,
  nothing was changed, taken out, put in, moved, or dropped from the end;
- the signature key is the one that signed what you kept.
Without anything kept (or --key) it proves only that the file agrees with itself, and says so.

The file: one JSON object per line. First {"format", "key", "records"}; then each record
{"seq", "at", "kind", "commitment", "box"}, and its "proof" where one was asked for; last
{"checkpoint"}, a signed note (C2SP). Every line is canonical JSON (names once and sorted, no
blanks) of these names and no others; nothing stands behind the checkpoint. What no hash covers
could tell one reader this and another that.
A record's leaf is SHA-256 of a zero byte and the canonical JSON of
{"at", "box": SHA-256 of the box, "commitment", "kind"}, keys in this order, no spaces.
The box is the record itself, encrypted if it speaks of a person. You need not open it.

Exit code: 0 whole, 1 something does not verify, 2 a file cannot be read.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

AT = re.compile(r"(?a)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
KIND = re.compile(r"[a-z_]+\.[A-Za-z]+")
HEX = re.compile(r"[0-9a-f]{64}")
DASH = "\u2014 "


class DoesNotVerify(Exception):
    """Something is not as it was."""


class CannotRead(Exception):
    """A file is not what it should be."""


# --- keys and signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) ---
@dataclass(frozen=True)
class Key:
    """A public key: name+id+base64(kind, 32 bytes). Kind 1 signs, 4 cosigns."""

    name: str
    ident: bytes
    kind: int
    public: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A signed note that says: the ledger `origin` had `size` records with this root."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes], ...]  # name, key id and signature
    where: str


def read_key(text: str) -> Key:
    """Read name+id+base64."""
    try:
        name, ident, public = text.strip().split("+", 2)
        raw = coded(public)
    except ValueError:
        raise CannotRead(f"{text!r} is no key") from None
    if len(raw) != 33 or raw[0] not in (1, 4):
        raise CannotRead(f"{name} is a key of an unknown kind")
    digest = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if digest.hex() != ident:
        raise CannotRead(f"the key of {name} does not fit its id")
    return Key(name, digest, raw[0], raw[1:])


def read_checkpoint(content: str, where: str) -> Checkpoint:
    """Read a signed note; nothing is verified yet."""
    try:
        text, lines = content.rsplit("\n\n", 1)
        origin, size, root = text.split("\n")[:3]
        signatures = []
        if not lines.endswith("\n") or any(ord(one) < 32 and one != "\n" for one in content):
            raise ValueError
        for line in lines[:-1].split("\n"):
            dash, name, rest = line.split(" ")
            if dash + " " != DASH or not name:
                raise ValueError
            signatures.append((name, coded(rest)))
        return Checkpoint(
            origin, int(size), coded(root), text + "\n",
            tuple(signatures), where,
        )  # fmt: skip
    except ValueError:
        raise CannotRead(f"{where} holds no signed checkpoint") from None


def is_signed(checkpoint: Checkpoint, key: Key) -> bool:
    """Whether the key signed (kind 1) or cosigned (kind 4) the checkpoint."""
    known = (key.name, key.ident)
    mine = [raw for name, raw in checkpoint.signatures if (name, raw[:4]) == known]
    for raw in mine:
        message, signature = checkpoint.text.encode(), raw[4:]
        if key.kind == 4:
            moment = int.from_bytes(signature[:8], "big")
            message = f"cosignature/v1\ntime {moment}\n".encode() + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
        except InvalidSignature:
            return False
    return bool(mine)


Proof = tuple[int, bytes, list[bytes]]  # seq, leaf, the way to the root


def coded(text: str) -> bytes:
    """The bytes that base64 tells, written in the one way that the ledger writes them."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 is not written as the ledger writes it")
    return raw


# --- the tree (RFC 9162, section 2.1.1) ---
def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def leaf_of(record: dict[str, object]) -> bytes:
    """The leaf of one record, recomputed from what stands in the file."""
    at, kind, commitment = str(record["at"]), str(record["kind"]), str(record["commitment"])
    if not AT.fullmatch(at) or not KIND.fullmatch(kind) or not HEX.fullmatch(commitment):
        raise ValueError("a field has another form than it must have")
    box = hashlib.sha256(coded(str(record["box"]))).hexdigest()
    text = f'{{"at":"{at}","box":"{box}","commitment":"{commitment}","kind":"{kind}"}}'
    return sha256(b"\x00" + text.encode())


class Tree:
    """The roots of the full subtrees so far, largest first: all that the root needs."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        self.size += 1
        node, rest = leaf, self.size
        while rest % 2 == 0:  # two equal subtrees become one
            node = sha256(b"\x01" + self.parts.pop() + node)
            rest //= 2
        self.parts.append(node)

    def root(self) -> bytes:
        if not self.parts:
            return sha256(b"")
        *rest, node = self.parts
        for left in reversed(rest):
            node = sha256(b"\x01" + left + node)
        return node


def root_by_proof(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that a proof of inclusion leads to (RFC 9162, section 2.1.3.2)."""
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise DoesNotVerify("a receipt's proof is too long")
        if place % 2 or place == last:
            node = sha256(b"\x01" + step + node)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            node = sha256(b"\x01" + node + step)
        place, last = place // 2, last // 2
    if last:
        raise DoesNotVerify("a receipt's proof is too short")
    return node


# --- lines of the file ---
HEADING = frozenset({"format", "key", "records"})
RECORD = frozenset({"at", "box", "commitment", "kind", "seq"})
CHECKPOINT = frozenset({"checkpoint"})


def said_in(line: str, names: frozenset[str], where: str) -> dict[str, object]:
    """The object that a line holds; DoesNotVerify unless the line is its one way of writing."""
    try:
        said = json.loads(line)
        again = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except (ValueError, RecursionError):
        raise DoesNotVerify(f"{where} is damaged or missing") from None
    if not isinstance(said, dict) or again != line.removesuffix("\n"):
        raise DoesNotVerify(f"{where} is not written as the ledger writes")
    if set(said) != names:
        other = sorted(set(said) ^ names)
        raise DoesNotVerify(f"{where} holds or lacks {other[0]!r}: no hash covers that")
    return said


def read_heading(line: str) -> tuple[Key, int]:
    """The ledger's key, and how many records follow."""
    try:
        said = said_in(line, HEADING, "the heading")
    except DoesNotVerify as fault:
        raise CannotRead(f"the file is no exported ledger: {fault}") from None
    key, count = str(said["key"]), said["records"]
    if said["format"] != "nanoward-ledger/1" or key != key.strip() or type(count) is not int:
        raise CannotRead("the file is no exported ledger")
    return read_key(key), count


def read_end(rows: Iterator[str]) -> Checkpoint:
    """The last line; nothing may stand behind it."""
    said = said_in(next(rows, ""), CHECKPOINT, "the checkpoint")
    if next(rows, None) is not None:
        raise DoesNotVerify("something stands behind the checkpoint")
    return read_checkpoint(str(said["checkpoint"]), "the export")


def hold(proofs: list[Proof], size: int, root: bytes) -> None:
    """Each record's proof of inclusion leads to the root; all have one, or none."""
    if len(proofs) not in (0, size):
        raise DoesNotVerify("some records have a proof and others none")
    for seq, leaf, proof in proofs:
        if root_by_proof(leaf, seq - 1, size, proof) != root:
            raise DoesNotVerify(f"the proof of record {seq} does not lead to the root")


# --- what you kept ---
@dataclass(frozen=True)
class Receipt:
    """A proof that one record stands in a signed tree (c2sp.org/tlog-proof)."""

    index: int
    proof: list[bytes]
    checkpoint: Checkpoint


def read_kept(path: str) -> Checkpoint | Receipt:
    """A checkpoint or a receipt, whichever the file holds."""
    with open(path, encoding="utf-8") as file:
        content = file.read()
    if not content.startswith("c2sp.org/tlog-proof@v1\n"):
        return read_checkpoint(content, path)
    try:
        head, note = content.split("\n\n", 1)
        lines = [line for line in head.split("\n")[1:] if not line.startswith("extra ")]
        index = int(lines[0].removeprefix("index "))
        proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
    except (ValueError, IndexError):
        raise CannotRead(f"{path} holds no receipt") from None
    return Receipt(index, proof, read_checkpoint(note, path))


# --- the verdict ---
def verify(
    lines: Iterable[str], kept: list[Checkpoint | Receipt], pinned: str, witnesses: list[str]
) -> Iterator[str]:
    """Say what was proved, line by line; DoesNotVerify at the first thing that is wrong."""
    rows = iter(lines)
    key, count = read_heading(next(rows, ""))
    if pinned and read_key(pinned) != key:
        raise DoesNotVerify("the ledger is signed by another key than yours")
    held = [one.checkpoint if isinstance(one, Receipt) else one for one in kept]
    roots, leaves, tree, proofs = walked(rows, count, held, kept)
    final = read_end(rows)
    for one in (final, *held):
        if one.origin != key.name or not is_signed(one, key):
            raise DoesNotVerify(f"{one.where} is not signed by the key of this ledger")
    if (final.size, final.root) != (tree.size, tree.root()):
        raise DoesNotVerify("the records do not make the root that was signed")
    hold(proofs, tree.size, final.root)
    yield f"{tree.size} records make the root that {key.name} signed"
    for one in held:
        if one.size > tree.size:
            raise DoesNotVerify(f"{one.where} knew {one.size} records; {tree.size} are left")
        if roots[one.size] != one.root:
            raise DoesNotVerify(f"the first {one.size} records are not those of {one.where}")
        yield f"{one.where}: the ledger goes on from these {one.size} records"
    for one in kept:
        if isinstance(one, Receipt):
            size = one.checkpoint.size
            if not 0 <= one.index < size:
                raise DoesNotVerify(f"{one.checkpoint.where} is of a record beyond its tree")
            found = root_by_proof(leaves[one.index], one.index, size, one.proof)
            if found != one.checkpoint.root:
                raise DoesNotVerify(f"{one.checkpoint.where} is of another record")
            yield f"{one.checkpoint.where}: record {one.index + 1} stands as it was receipted"
    for text in witnesses:
        if not is_signed(final, read_key(text)):
            raise DoesNotVerify(f"{read_key(text).name} did not cosign the last checkpoint")
        yield f"{read_key(text).name} cosigned the last checkpoint"
    if not kept and not pinned:
        yield "WARNING: you gave nothing that you kept, so the file only agrees with itself"


def walked(
    rows: Iterator[str], count: int, held: list[Checkpoint], kept: list[Checkpoint | Receipt]
) -> tuple[dict[int, bytes], dict[int, bytes], Tree, list[Proof]]:
    """Recompute the tree; keep its root at each size that was held, leaves, and proofs."""
    tree, sizes = Tree(), {one.size for one in held}
    places = {one.index for one in kept if isinstance(one, Receipt)}
    roots: dict[int, bytes] = {0: tree.root()}
    leaves: dict[int, bytes] = {}
    proofs: list[Proof] = []
    for seq in range(1, count + 1):
        try:
            line = next(rows, "")
            proven = line.find(',"proof":[') > 0  # in a box or a note a quote would be escaped
            names = RECORD | {"proof"} if proven else RECORD
            record = said_in(line, names, f"record {seq}")
            if type(record["seq"]) is not int or record["seq"] != seq:
                raise ValueError("it is not in its place")
            leaf = leaf_of(record)
            if proven:
                proofs.append((seq, leaf, hashes_in(record["proof"])))
        except (ValueError, KeyError, TypeError) as fault:
            raise DoesNotVerify(f"record {seq} is damaged or missing: {fault}") from None
        tree.add(leaf)
        if seq in sizes:
            roots[seq] = tree.root()
        if seq - 1 in places:
            leaves[seq - 1] = leaf
    return roots, leaves, tree, proofs


def hashes_in(said: object) -> list[bytes]:
    """The hashes of a record's proof of inclusion."""
    if not isinstance(said, list):
        raise TypeError("its proof is no list")
    hashes = [coded(str(one)) for one in said]
    if any(len(one) != 32 for one in hashes):
        raise ValueError("its proof holds what is no hash")
    return hashes


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an exported ledger, trusting nobody.")
    parser.add_argument("export", help="the exported ledger, .jsonl")
    parser.add_argument("--kept", nargs="*", default=[], help="checkpoints, receipts you kept")
    parser.add_argument("--key", default="", help="the ledger's public key, if you have it")
    parser.add_argument("--witness", nargs="*", default=[], help="keys that must have cosigned")
    told = parser.parse_args()
    try:
        kept = [read_kept(path) for path in told.kept]
        with open(told.export, encoding="utf-8", newline="\n") as file:
            for line in verify(file, kept, told.key, told.witness):
                print(line)
    except DoesNotVerify as fault:
        print(f"DOES NOT VERIFY: {fault}")
        return 1
    except (CannotRead, OSError, ValueError, KeyError) as fault:
        print(f"cannot read: {fault}")
        return 2
    print("whole")
    return 0


if __name__ == "__main__":
    sys.exit(main())
