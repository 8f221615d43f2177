"""Proofs, checkpoints and signatures with something changed, by the thousand: none may pass."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.audit.checkpoints import (
    Checkpoint,
    InclusionProof,
    WitnessRequest,
    checkpoint_of,
    read_proof,
)
from nanoward.audit.notes import LOG, BadNoteError, Note, Signature, VerifierKey, is_signed
from nanoward.audit.tree import (
    Frontier,
    consistency_proof,
    includes,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    stored_at,
)
from nanoward.audit.witnessing import evaluate_request


@dataclass
class Verdicts:
    """How many good ones were accepted, and how many bent ones."""

    good: int = 0
    good_accepted: int = 0
    bent: int = 0
    bent_accepted: int = 0


class Forge:
    """A signed tree, and whatever can be made of it."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.size = chance, chance.randrange(2, 400)
        secret = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public = secret.public_key().public_bytes_raw()
        self.key = VerifierKey(name="ward", kind=LOG, public=public)
        tree, self.nodes, self.roots = Frontier(), [], [Frontier().root()]
        self.leaves = [leaf_hash(chance.randbytes(9)) for _ in range(self.size)]
        for leaf in self.leaves:
            self.nodes.append(tree.add(leaf))
            self.roots.append(tree.root())
        text = Checkpoint(origin="ward", size=self.size, root=tree.root()).text()
        line = Signature(name="ward", key_id=self.key.key_id, signed=secret.sign(text.encode()))
        self.note = Note(text=text, signatures=(line,))

    def node(self, level: int, index: int) -> bytes:
        seq, place = stored_at(level, index)
        return self.nodes[seq - 1][place]

    def paper(self) -> tuple[str, Callable[[str], bool]]:
        """A receipt as text, and whether a holder of its leaf believes one."""
        index = self.chance.randrange(self.size)
        hashes = inclusion_proof(index, self.size, self.node)
        text = str(InclusionProof(index=index, hashes=hashes, note=self.note))

        def believed(content: str) -> bool:
            proof = read_proof(content)
            said = checkpoint_of(proof.note)
            return is_signed(proof.note, self.key) and includes(
                self.leaves[index], proof.index, said.size, proof.hashes, said.root
            )

        return text, believed

    def asked(self) -> tuple[str, Callable[[str], bool]]:
        """A request to a witness as text, and whether the witness would cosign one."""
        old = self.chance.randrange(1, self.size)
        proof = consistency_proof(old, self.size, self.node)
        text = str(WitnessRequest(old=old, proof=proof, note=self.note))
        last = Checkpoint(origin="ward", size=old, root=self.roots[old])
        return text, lambda content: evaluate_request(content, self.key, last).status == 200

    def hashes(self) -> tuple[list[bytes], Callable[[list[bytes]], bool]]:
        """Bare proofs, without text or signature around them."""
        if self.chance.random() < 0.5:
            index = self.chance.randrange(self.size)
            good = list(inclusion_proof(index, self.size, self.node))
            return good, lambda proof: includes(
                self.leaves[index], index, self.size, proof, self.roots[-1]
            )
        old = self.chance.randrange(1, self.size)
        good = list(consistency_proof(old, self.size, self.node))
        return good, lambda proof: is_consistent(
            old, self.size, self.roots[old], self.roots[-1], proof
        )


def bend_often(count: int, seed: int) -> Verdicts:
    """Bend `count` of them in all: half as text, half as bare hashes."""
    chance, verdicts = Random(seed), Verdicts()
    while verdicts.bent < count:
        forge = Forge(chance)
        for text, believed in (forge.paper(), forge.asked()):
            verdicts.good += 1
            verdicts.good_accepted += believed(text)
            for bent in _bent_texts(chance, text, 25):
                verdicts.bent += 1
                verdicts.bent_accepted += _dares(believed, bent)
        for _ in range(10):
            good, fits = forge.hashes()
            verdicts.good += 1
            verdicts.good_accepted += fits(good)
            for proof in _bent_proofs(chance, good):
                verdicts.bent += 1
                verdicts.bent_accepted += fits(proof)
    return verdicts


def _dares(believed: Callable[[str], bool], content: str) -> bool:
    try:
        return believed(content)
    except BadNoteError:
        return False


def _bent_texts(chance: Random, text: str, count: int) -> Iterator[str]:
    for _ in range(count):
        place, way = chance.randrange(len(text)), chance.randrange(4)
        letter = chance.choice("ABCxyz0189+/=\n ")
        bent = [
            text[:place] + letter + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + letter + text[place:],
            _lines_swapped(chance, text),
        ][way]
        if bent != text:
            yield bent


def _lines_swapped(chance: Random, text: str) -> str:
    lines = text.split("\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return "\n".join(lines)


def _bent_proofs(chance: Random, good: list[bytes]) -> Iterator[list[bytes]]:
    for _ in range(5):
        place = chance.randrange(len(good))
        flipped = bytearray(good[place])
        flipped[chance.randrange(32)] ^= 1 << chance.randrange(8)
        bent = [
            [*good[:place], bytes(flipped), *good[place + 1 :]],
            [*good[:place], *good[place + 1 :]],
            [*good[:place], chance.randbytes(32), *good[place:]],
            good[::-1],
            [*good, good[place]],
        ][chance.randrange(5)]
        if bent != good:
            yield bent
