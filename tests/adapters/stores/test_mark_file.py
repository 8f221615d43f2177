import json
from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import make_signer
from nanoward.adapters.stores.mark_file import MarkFile
from nanoward.audit.tree import Frontier
from nanoward.ports.ledger import VerificationMark


def test_a_mark_comes_back_and_goes(tmp_path: Path) -> None:
    marks = MarkFile(tmp_path / "m.json", make_signer(tmp_path / "k", name="ward"))
    assert marks.load() is None
    tree = Frontier()
    for number in range(5):
        tree.add(bytes([number]) * 32)
    marks.save(VerificationMark(total=9, tree=tree))
    found = marks.load()
    assert found is not None
    assert (found.tree.size, found.tree.root()) == (5, tree.root())
    marks.clear()
    marks.clear()
    assert marks.load() is None


@pytest.mark.hazard("H-01")
def test_nobody_else_can_set_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    marks = MarkFile(path, make_signer(tmp_path / "k", name="ward"))
    tree = Frontier()
    tree.add(b"a" * 32)
    marks.save(VerificationMark(total=1, tree=tree))
    said = json.loads(path.read_text())
    for bent in (
        said | {"hashes": ["62" * 32]},
        said | {"size": 2},
        said | {"seal": "00" * 32},
        said | {"seal": "x"},
        [],
    ):
        path.write_text(json.dumps(bent))
        assert marks.load() is None
    other = MarkFile(path, make_signer(tmp_path / "other", name="ward"))
    path.write_text(json.dumps(said))
    assert marks.load() is not None
    assert other.load() is None
