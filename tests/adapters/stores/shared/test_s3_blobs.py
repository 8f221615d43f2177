import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
from a_bucket import BUCKET, KEYS, bucket

from nanoward.adapters.stores.file_blobs import BrokenBlobError, FileBlobs
from nanoward.adapters.stores.shared import s3_blobs
from nanoward.adapters.stores.shared.s3_blobs import (
    BlobsUnavailableError,
    NoObjectStoreError,
    S3Blobs,
)
from nanoward.adapters.stores.shared.storage_rules import StorageRules
from nanoward.base.ids import Sha256
from nanoward.faces.cli import cli
from nanoward.ports.blobs import Blobs
from nanoward.testing.conformance import BlobsConformance

MANY = [f"content {number}".encode() for number in range(30)]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with bucket() as found:
        yield found


@pytest.fixture
def rules(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StorageRules:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    prefix = hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]
    return StorageRules(blobs=f"s3://{BUCKET}/test/{prefix}", endpoint=endpoint)


class TestS3Blobs(BlobsConformance):
    @pytest.fixture(autouse=True)
    def _rules(self, rules: StorageRules) -> None:
        self.rules = rules

    def make(self, folder: Path) -> Blobs:
        return S3Blobs(self.rules, folder)


def objects(blobs: S3Blobs) -> list[str]:
    return sorted(path for path, _ in blobs._listed(""))


def test_what_is_put_at_once_is_one_object_and_another_machine_reads_it(
    rules: StorageRules, tmp_path: Path
) -> None:
    one, two = S3Blobs(rules, tmp_path / "one"), S3Blobs(rules, tmp_path / "two")
    assert not two.has(Sha256("0" * 64))
    names = one.put_all(MANY)
    assert len(objects(one)) == 1
    assert two.has(names[3])  # it was put after the other had looked
    assert [two.get(name) for name in names] == MANY
    one.put_all(MANY)
    assert len(objects(one)) == 1
    third = S3Blobs(rules, tmp_path / "two")  # what packs hold is kept beside the ledger
    assert third.has(names[29])
    kept = json.loads((tmp_path / "two" / "packs.json").read_bytes())
    assert len(kept["packs"]) == 1
    (tmp_path / "two" / "packs.json").write_bytes(b"{")
    assert S3Blobs(rules, tmp_path / "two").get(names[0]) == MANY[0]


def test_large_content_stands_alone_goes_in_parts_and_comes_back(
    rules: StorageRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_blobs, "LARGE", 6 << 20)
    monkeypatch.setattr(s3_blobs, "SMALL", 1 << 20)
    blobs = S3Blobs(rules, tmp_path)
    large, medium = b"ab" * (4 << 20), b"cd" * (1 << 20)
    names = blobs.put_all([large, b"small", medium])
    assert blobs.put(large) == names[0]
    again = S3Blobs(rules, tmp_path)
    assert again.put(large) == names[0]  # it stands there; nothing is sent
    assert [again.get(name) for name in names] == [large, b"small", medium]
    assert len(objects(blobs)) == 3
    assert len(again.put_all([bytes([one]) * (1 << 20) for one in range(7)])) == 7
    assert len([one for one in objects(blobs) if one.endswith(".pack")]) == 4


@pytest.mark.hazard("H-379")
def test_content_that_a_store_changed_is_told_and_not_used(
    rules: StorageRules, tmp_path: Path
) -> None:
    blobs = S3Blobs(rules, tmp_path)
    alone, packed = blobs.put(b"alone"), blobs.put_all(MANY)
    for path in objects(blobs):
        content = bytes(blobs._api.get(blobs._store, path).bytes())
        blobs._api.put(blobs._store, path, content[:-1] + b"!")
    again = S3Blobs(rules, tmp_path)
    for name in (alone, packed[-1]):
        with pytest.raises(BrokenBlobError, match="other content"):
            again.get(name)
    assert again.get(packed[0]) == MANY[0]
    blobs._api.put(blobs._store, "packs/x.pack", b"no list of names")
    blobs._api.delete(blobs._store, f"blobs/{alone[:2]}/{alone}")
    third = S3Blobs(rules, tmp_path)
    with pytest.raises(BrokenBlobError, match="missing"):
        third.get(alone)
    assert third.get(packed[0]) == MANY[0]


@pytest.mark.hazard("H-379")
def test_a_note_that_was_edited_moved_or_is_anothers_is_no_note(
    rules: StorageRules, tmp_path: Path
) -> None:
    blobs = S3Blobs(rules, tmp_path / "one")
    one, two = blobs.put(b"one"), blobs.put(b"two")
    blobs.note("a", one)
    blobs.note("b", two)
    assert (blobs.noted("a"), blobs.noted("b"), blobs.noted("c")) == (one, two, None)
    moved = bytes(blobs._api.get(blobs._store, blobs._note("b")).bytes())
    blobs._api.put(blobs._store, blobs._note("a"), moved)
    assert blobs.noted("a") is None
    blobs._api.put(blobs._store, blobs._note("a"), f"{two} {'0' * 64}".encode())
    assert blobs.noted("a") is None
    blobs._api.put(blobs._store, blobs._note("a"), b"\xff\xfe \x00")
    assert blobs.noted("a") is None
    other = S3Blobs(rules, tmp_path / "two")  # another programme under the same prefix
    assert other.noted("b") is None
    other.note("b", one)
    assert blobs.noted("b") == two
    same = S3Blobs(rules, tmp_path / "one")  # the same programme on another machine
    same.note("b", one)
    assert blobs.noted("b") == one  # the last one counts


def test_a_bucket_that_is_not_there_and_a_store_that_does_not_answer_are_told(
    rules: StorageRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_blobs, "RETRIES", {"max_retries": 0})
    none = S3Blobs(replace(rules, blobs="s3://no-such-bucket/flu"), tmp_path)
    silent = S3Blobs(replace(rules, endpoint="http://127.0.0.1:9"), tmp_path)
    for blobs in (none, silent):
        asked: list[Any] = [
            lambda blobs=blobs: blobs.put(b"x"),
            lambda blobs=blobs: blobs.put_all([b"x"]),
            lambda blobs=blobs: blobs.has(Sha256("0" * 64)),
            lambda blobs=blobs: blobs.get(Sha256("0" * 64)),
            lambda blobs=blobs: blobs.noted("a"),
            lambda blobs=blobs: blobs.note("a", Sha256("0" * 64)),
            blobs.names,
        ]
        for one in asked:
            with pytest.raises(BlobsUnavailableError):
                one()


def test_a_missing_library_is_told(
    rules: StorageRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(NoObjectStoreError, match="obstore"):
        S3Blobs(rules, tmp_path).put(b"x")


def test_blobs_of_the_time_before_the_bucket_are_found_and_can_be_copied_by_a_command(
    rules: StorageRules, ward: Path
) -> None:
    kept = ward / ".nanoward"
    old = FileBlobs(kept)
    names = old.put_all(MANY)
    with (ward / "programme.toml").open("a") as plan:
        plan.write(f'\n[storage]\nblobs = "{rules.blobs}"\nendpoint = "{rules.endpoint}"\n')
    blobs = S3Blobs(rules, kept, old)
    assert blobs.names() == tuple(sorted(names))
    assert blobs.has(names[3])
    assert blobs.get(names[3]) == MANY[3]
    assert objects(blobs) == []
    told = CliRunner().invoke(cli, ["ledger", "copy-blobs", str(ward), "--quiet"])
    assert told.stdout == "30 blobs copied; 0 were there\n"
    shutil.rmtree(kept / "blobs")
    assert [S3Blobs(rules, kept).get(name) for name in names] == MANY
    text = (ward / "programme.toml").read_text()  # and back
    (ward / "programme.toml").write_text(text.replace(f'blobs = "{rules.blobs}"\n', ""))
    back = ["ledger", "copy-blobs", str(ward), "--quiet", "--json"]
    assert getattr(CliRunner().invoke(cli, back).exception, "code", "") == "USE-384"
    told = CliRunner().invoke(cli, [*back, "--from", rules.blobs])
    assert json.loads(told.stdout) == {"copied": 30, "there": 0}
    assert FileBlobs(kept).get(names[0]) == MANY[0]
