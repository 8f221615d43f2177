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


MANY = [f"content {number}".encode() for number in range(50)]


def pack_of(folder: Path) -> Path:
    (pack,) = (folder / "blobs" / "packs").glob("*.pack")
    return pack


def test_what_is_put_at_once_is_one_file_and_another_process_sees_it(tmp_path: Path) -> None:
    writer, reader = FileBlobs(tmp_path), FileBlobs(tmp_path)
    assert reader.names() == ()
    names = writer.put_all(MANY)
    files = [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]
    assert files == [pack_of(tmp_path)]
    assert reader.names() == tuple(sorted(names))
    assert [reader.get(name) for name in names] == MANY
    assert FileBlobs(tmp_path).get(names[7]) == MANY[7]


def test_what_is_there_already_is_not_kept_twice(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    blobs.put(MANY[0])
    blobs.put_all(MANY[:3])
    size = pack_of(tmp_path).stat().st_size
    blobs.put_all(MANY[:3])
    blobs.put(MANY[1])
    assert pack_of(tmp_path).stat().st_size == size
    assert len([one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]) == 2


@pytest.mark.hazard("H-279")
@pytest.mark.parametrize("harm", ["flipped", "cut", "gone", "no index"])
def test_a_damaged_pack_gives_no_content_for_another(tmp_path: Path, harm: str) -> None:
    names = FileBlobs(tmp_path).put_all(MANY)
    pack = pack_of(tmp_path)
    content = pack.read_bytes()
    if harm == "flipped":
        pack.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif harm == "cut":
        pack.write_bytes(content[:-5])
    elif harm == "no index":
        pack.write_bytes(b"{" + content[1:])
    else:
        pack.unlink()
    blobs = FileBlobs(tmp_path)
    with pytest.raises(BrokenBlobError):
        blobs.get(names[-1])
    if harm in ("gone", "no index"):
        assert not blobs.has(names[-1])
        assert blobs.put_all(MANY[-1:]) == names[-1:]  # made again, it is kept again
        assert blobs.get(names[-1]) == MANY[-1]


def test_a_pack_that_is_removed_while_it_is_known_is_missing(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    names = blobs.put_all(MANY)
    pack_of(tmp_path).unlink()
    assert not blobs.has(names[0])
    assert blobs.names() == ()
    with pytest.raises(BrokenBlobError, match="missing"):
        blobs.get(names[0])


@pytest.mark.hazard("H-03")
def test_a_file_that_was_being_written_when_its_process_was_killed_is_no_blob(
    tmp_path: Path,
) -> None:
    blobs = FileBlobs(tmp_path)
    name = blobs.put(b"whole")
    (tmp_path / "blobs" / name[:2] / ".nov3daxr").write_bytes(b"half")
    (tmp_path / "blobs" / "packs").mkdir()
    (tmp_path / "blobs" / "packs" / ".x1").write_bytes(b"half")
    assert blobs.names() == (name,)
