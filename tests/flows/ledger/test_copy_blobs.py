import hashlib

import pytest

from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.flows.ledger import copy_blobs as module
from nanoward.flows.ledger.copy_blobs import copy_blobs
from nanoward.testing.fakes import CountedProgress, MemoryBlobs


def test_what_is_missing_is_copied_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 8)
    source, target = MemoryBlobs(), MemoryBlobs()
    contents = [f"content {number}".encode() for number in range(20)]
    names = source.put_all(contents)
    target.put_all(contents[:3])
    assert copy_blobs(source, target, CountedProgress()) == (17, 3)
    assert [target.get(name) for name in names] == contents
    assert copy_blobs(source, target, CountedProgress()) == (0, 20)


def test_content_that_does_not_fit_its_name_is_not_copied() -> None:
    source, target = MemoryBlobs(), MemoryBlobs()
    name = Sha256(hashlib.sha256(b"one").hexdigest())
    source.put(b"one")
    source._contents[name] = b"other"
    with pytest.raises(IntegrityError, match="other content"):
        copy_blobs(source, target, CountedProgress())
    assert target.names() == ()
