"""What every store of blobs promises."""

import hashlib
from pathlib import Path

import pytest

from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.ports.blobs import Blobs

CONTENTS = (b"", b"a", b"\x00\xff" * 1000, "é".encode())


class BlobsConformance:
    """Subclass and give `make(folder)`."""

    def make(self, folder: Path) -> Blobs:
        raise NotImplementedError

    def test_content_comes_back_under_its_sha256(self, tmp_path: Path) -> None:
        blobs = self.make(tmp_path)
        for content in CONTENTS:
            name = blobs.put(content)
            assert name == hashlib.sha256(content).hexdigest()
            assert blobs.has(name)
            assert blobs.get(name) == content

    def test_the_same_content_is_kept_once(self, tmp_path: Path) -> None:
        blobs = self.make(tmp_path)
        names = {blobs.put(content) for content in (*CONTENTS, *CONTENTS)}
        assert blobs.names() == tuple(sorted(names))

    def test_many_at_once_are_kept_as_one_by_one(self, tmp_path: Path) -> None:
        blobs = self.make(tmp_path)
        alone = blobs.put(b"a")
        told = blobs.put_all([*CONTENTS, b"more", b"more"])
        assert told == tuple(
            hashlib.sha256(one).hexdigest() for one in (*CONTENTS, b"more", b"more")
        )
        assert alone in told
        for name, content in zip(told, (*CONTENTS, b"more", b"more"), strict=True):
            assert blobs.has(name)
            assert blobs.get(name) == content
        assert blobs.names() == tuple(sorted(set(told)))
        assert blobs.put(b"more") == told[-1]
        assert blobs.names() == tuple(sorted(set(told)))
        assert blobs.put_all([]) == ()
        blobs.note("type:x", told[0])
        assert blobs.noted("type:x") == told[0]

    def test_a_missing_name_is_an_integrity_error(self, tmp_path: Path) -> None:
        blobs = self.make(tmp_path)
        missing = Sha256("0" * 64)
        assert not blobs.has(missing)
        with pytest.raises(IntegrityError, match="missing"):
            blobs.get(missing)

    def test_notes_are_remembered_and_replaced(self, tmp_path: Path) -> None:
        blobs = self.make(tmp_path)
        one, two = blobs.put(b"one"), blobs.put(b"two")
        assert blobs.noted("type:x") is None
        blobs.note("type:x", one)
        blobs.note("type:y/../z", two)
        assert (blobs.noted("type:x"), blobs.noted("type:y/../z")) == (one, two)
        blobs.note("type:x", two)
        assert blobs.noted("type:x") == two

    def test_a_note_on_content_that_is_gone_is_no_note(self, tmp_path: Path) -> None:
        blobs = self.make(tmp_path)
        blobs.note("type:x", Sha256("1" * 64))
        assert blobs.noted("type:x") is None
