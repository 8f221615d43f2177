from pathlib import Path

import pytest

from nanoward.adapters.stores.file_blobs import BrokenBlobError, FileBlobs, write_whole
from nanoward.ports.blobs import Blobs
from nanoward.testing.conformance import BlobsConformance


class TestFileBlobs(BlobsConformance):
    def make(self, folder: Path) -> Blobs:
        return FileBlobs(folder)


def test_a_flipped_bit_is_found_when_the_blob_is_read(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    name = blobs.put(b"evidence")
    path = tmp_path / "blobs" / name[:2] / name
    path.write_bytes(b"evidenbe")
    with pytest.raises(BrokenBlobError, match="other content"):
        blobs.get(name)


def test_half_a_note_is_no_note(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    blobs.note("type:x", blobs.put(b"profile"))
    (note,) = (tmp_path / "notes").iterdir()
    note.write_bytes(note.read_bytes()[:30])
    assert blobs.noted("type:x") is None


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file"
    write_whole(path, b"old content")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [one.name for one in path.parent.iterdir()] == ["file"]


@pytest.mark.hazard("H-83")
def test_a_note_that_was_edited_or_moved_to_another_key_recalls_nothing(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    held, cleared = blobs.put(b"held"), blobs.put(b"cleared")
    blobs.note("clear:today", held)
    (note,) = (tmp_path / "notes").iterdir()
    sealed = note.read_text()
    note.write_text(sealed.replace(held, cleared))
    assert blobs.noted("clear:today") is None
    note.write_text(cleared)
    assert blobs.noted("clear:today") is None
    note.write_text(sealed)
    assert blobs.noted("clear:today") == held
    blobs.note("clear:yesterday", cleared)
    (other,) = set((tmp_path / "notes").iterdir()) - {note}
    note.write_text(other.read_text())
    assert blobs.noted("clear:today") is None
    assert (tmp_path / "notes.key").stat().st_mode & 0o077 == 0
