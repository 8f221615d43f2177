"""The mark of an interrupted verification in a file, sealed so that nobody can set it."""

import hmac
import json
from pathlib import Path

from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.audit.tree import Frontier
from nanoward.ports.ledger import VerificationMark
from nanoward.ports.signer import NoteSigner


class MarkFile:
    """Size and frontier of the tree that was recomputed so far."""

    def __init__(self, path: Path, signer: NoteSigner) -> None:
        self._path, self._signer = path, signer

    def load(self) -> VerificationMark | None:
        try:
            said = json.loads(self._path.read_bytes())
            tree = Frontier(said["size"], [bytes.fromhex(one) for one in said["hashes"]])
            seal = bytes.fromhex(said["seal"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if not hmac.compare_digest(seal, self._seal(tree)):
            return None
        return VerificationMark(total=tree.size, tree=tree)

    def save(self, mark: VerificationMark) -> None:
        said = {
            "hashes": [one.hex() for one in mark.tree.hashes],
            "seal": self._seal(mark.tree).hex(),
            "size": mark.tree.size,
        }
        write_whole(self._path, json.dumps(said).encode())

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)

    def _seal(self, tree: Frontier) -> bytes:
        name = self._signer.key.name
        content = f"mark/1\n{name}\n{tree.size}\n".encode() + b"".join(tree.hashes)
        return self._signer.seal(content)
