"""Blobs in an S3 bucket: content under its SHA-256, many small ones in one object.

BUCKET/PREFIX/blobs/ab/abcdef...   one blob
BUCKET/PREFIX/packs/SHA256.pack    blobs put at once, as files have them (file_blobs.py)
BUCKET/PREFIX/notes/OWNER/SHA256   which content a computation gave, sealed; the last one counts

Content is put only where nothing stands under its name, and held against its name whenever it
is read: what a store, or somebody with its keys, changed is told and not used. A note is sealed
with a secret that stays in the programme's own folder: a bucket that was changed can at most
make the round compute again. Whoever shares the secret shares the notes; others have their own.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nanoward.adapters.stores.file_blobs import BrokenBlobError, NoteSeal, write_whole
from nanoward.adapters.stores.private import make_private
from nanoward.adapters.stores.shared.storage_rules import StorageRules
from nanoward.base.errors import OutsideError, UsageError
from nanoward.base.ids import Sha256
from nanoward.ports.blobs import Blobs

if TYPE_CHECKING:
    from obstore.store import S3Store

MB = 1 << 20
LARGE = 64 * MB  # above this, content goes in parts, and packs are not read whole
SMALL = 8 * MB  # above this, content stands alone
HELD = 128 * MB  # of packs, in memory
FIRST = 64 * 1024  # bytes of a pack that are read for its first line
RETRIES = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}


class NoObjectStoreError(UsageError):
    """The programme's blobs are in a bucket, but the library to reach it is not installed."""

    code = "USE-383"
    next_step = "Install it: pip install 'nanoward[s3]'."


class BlobsUnavailableError(OutsideError):
    """The store of blobs cannot be reached, or refuses; nothing that was kept is lost."""

    code = "OUT-383"
    next_step = (
        "See [storage] of programme.toml, the network, and the keys in the environment "
        "(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); then run the command again."
    )


class S3Blobs:
    """The blobs of one programme in a bucket; the bucket is first asked when it is needed.

    kept    `.nanoward` of the programme: the secret of notes, and a cache of what packs hold
    before  blobs of the time before the bucket, which are found as long as they are there
    """

    def __init__(self, rules: StorageRules, kept: Path, before: Blobs | None = None) -> None:
        self._rules, self._before = rules, before
        self._seal = NoteSeal(kept / "notes.key")
        self._heads = PackHeads(kept / "packs.json", rules.blobs)
        self._packs: dict[str, int] = {}  # name of a pack and its size, as they were listed
        self._places: dict[str, tuple[str, int, int]] = {}  # pack, first byte, length
        self._alone: set[str] = set()
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._looked = False

    def put(self, content: bytes) -> Sha256:
        name = _named(content)
        if name in self._alone or name in self._places:
            return name
        with self._faults():
            if len(content) <= LARGE:
                self._create(_path(name), content)
            elif not self._stands(name):  # parts become one object at once, or none
                self._api.put(
                    self._store, _path(name), content, use_multipart=True, chunk_size=16 * MB
                )
        self._alone.add(name)
        return name

    def put_all(self, contents: Sequence[bytes]) -> tuple[Sha256, ...]:
        names = tuple(map(_named, contents))
        self._look_once()
        fresh: dict[Sha256, bytes] = {}
        for name, content in zip(names, contents, strict=True):
            if len(content) > SMALL:
                self.put(content)
            elif name not in self._places and name not in self._alone:
                fresh[name] = content
        for some in _packed(fresh):
            self._add_pack(some)
        return names

    def get(self, name: Sha256) -> bytes:
        content = self._content(name)
        if content is None and self._before is not None and self._before.has(name):
            return self._before.get(name)
        if content is None:
            raise BrokenBlobError(f"blob {name} is missing in {self._rules.blobs}")
        if _named(content) != name:
            raise BrokenBlobError(f"blob {name} holds other content than its name says")
        return content

    def has(self, name: Sha256) -> bool:
        self._look_once()
        if name in self._places or name in self._alone:
            return True
        if self._before is not None and self._before.has(name):
            return True
        with self._faults():
            if self._stands(name):
                self._alone.add(name)
                return True
        self._look()  # another machine may have put it meanwhile
        return name in self._places

    def names(self) -> tuple[Sha256, ...]:
        self._look()
        alone = (path.rpartition("/")[2] for path, _ in self._listed("blobs"))
        before = () if self._before is None else self._before.names()
        return tuple(sorted({Sha256(name) for name in (*alone, *self._places, *before)}))

    def note(self, key: str, name: Sha256) -> None:
        content = f"{name} {self._seal.seal(key, name)}".encode()
        with self._faults():
            self._api.put(self._store, self._note(key), content)

    def noted(self, key: str) -> Sha256 | None:
        self._look_once()
        content = self._got(self._note(key))
        if content is None:
            return None
        name, _, seal = content.decode("ascii", errors="replace").partition(" ")
        if not self._seal.fits(key, name, seal):
            return None
        return Sha256(name) if self.has(Sha256(name)) else None

    @cached_property
    def _api(self) -> Any:
        try:
            import obstore
        except ImportError:
            raise NoObjectStoreError(
                f"{self._rules.blobs} is a bucket, but obstore is missing"
            ) from None
        return obstore

    @cached_property
    def _store(self) -> "S3Store":
        from obstore.store import S3Store

        rules, here = self._rules, self._rules.on_this_machine
        config: dict[str, Any] = {"region": rules.region, "checksum_algorithm": "SHA256"}
        if rules.endpoint:
            config["endpoint"] = rules.endpoint
        return S3Store(
            rules.bucket,
            prefix=rules.prefix,
            config=config,  # type: ignore[arg-type]
            client_options={"allow_http": here, "connect_timeout": "10s", "timeout": "300s"},
            retry_config=RETRIES,  # type: ignore[arg-type]
        )

    def _create(self, path: str, content: bytes) -> None:
        """Put content where nothing stands; what stands there has the same name, so content."""
        try:
            self._api.put(self._store, path, content, mode="create", use_multipart=False)
        except self._api.exceptions.AlreadyExistsError:
            return

    def _stands(self, name: str) -> bool:
        try:
            self._api.head(self._store, _path(name))
        except FileNotFoundError:
            return False
        return True

    def _add_pack(self, contents: Mapping[Sha256, bytes]) -> None:
        sizes = [[name, len(content)] for name, content in contents.items()]
        head = json.dumps(sizes).encode() + b"\n"
        whole = b"".join([head, *contents.values()])
        pack = f"{hashlib.sha256(whole).hexdigest()}.pack"
        with self._faults():
            self._create(f"packs/{pack}", whole)
        self._packs[pack] = len(whole)
        self._heads.add({pack: (len(head), sizes)})
        self._places |= _places(pack, len(head), sizes)
        self._hold(pack, whole)

    def _content(self, name: Sha256) -> bytes | None:
        self._look_once()
        if name not in self._places:
            content = self._got(_path(name))
            if content is not None:
                return content
            self._look()
        if name not in self._places:
            return None
        pack, first, length = self._places[name]
        if self._packs[pack] > LARGE:
            with self._faults():
                found = self._api.get_range(
                    self._store, f"packs/{pack}", start=first, length=length
                )
            return bytes(found)
        whole = self._contents.get(pack) or self._got(f"packs/{pack}")
        if whole is None:
            return None
        self._hold(pack, whole)
        return whole[first : first + length]

    def _hold(self, pack: str, whole: bytes) -> None:
        self._contents[pack] = whole
        self._contents.move_to_end(pack)
        while sum(map(len, self._contents.values())) > HELD and len(self._contents) > 1:
            self._contents.popitem(last=False)

    def _got(self, path: str) -> bytes | None:
        try:
            with self._faults():
                return bytes(self._api.get(self._store, path).bytes())
        except FileNotFoundError:
            return None

    def _look_once(self) -> None:
        if not self._looked:
            self._look()

    def _look(self) -> None:
        """Which packs there are, and what stands in those that were not seen yet."""
        try:
            listed = {path.removeprefix("packs/"): size for path, size in self._listed("packs")}
        except FileNotFoundError as fault:
            raise BlobsUnavailableError(f"{self._rules.blobs}: {fault}") from None
        known = self._heads.known()
        fresh = {pack: self._head(pack) for pack in listed if pack not in known}
        if fresh:
            self._heads.add(fresh)
        known = {**known, **fresh}
        self._packs, self._looked = {name: int(size) for name, size in listed.items()}, True
        self._places = {}
        for pack in sorted(listed):
            self._places |= _places(pack, *known[pack])

    def _listed(self, folder: str) -> list[tuple[str, int]]:
        with self._faults():
            found = self._api.list(self._store, prefix=folder).collect()
        return [(one["path"], one["size"]) for one in found]

    def _head(self, pack: str) -> "Head":
        """The first line of a pack: its length, and names and lengths of what it holds."""
        path, end = f"packs/{pack}", FIRST
        with self._faults():
            size = self._api.head(self._store, path)["size"]
            while True:
                start = bytes(
                    self._api.get_range(self._store, path, start=0, end=min(end, size))
                )
                line, found, _ = start.partition(b"\n")
                if found or end >= size:
                    break
                end *= 8
        try:
            return len(line) + 1, [
                [str(name), int(length)] for name, length in json.loads(line)
            ]
        except (ValueError, TypeError):
            return 0, []  # nothing that could be read stands in it

    def _note(self, key: str) -> str:
        return f"notes/{self._seal.owner()}/{hashlib.sha256(key.encode()).hexdigest()}"

    @contextmanager
    def _faults(self) -> Iterator[None]:
        api = self._api
        try:
            yield
        except FileNotFoundError as fault:
            if "NoSuchBucket" in str(fault):
                raise BlobsUnavailableError(f"{self._rules.bucket} is no bucket") from None
            raise
        except (api.exceptions.BaseError, OSError) as fault:
            told = str(fault).partition("\n\nDebug source")[0]
            raise BlobsUnavailableError(f"{self._rules.blobs}: {told}") from None


Head = tuple[int, list[list[Any]]]  # length of a pack's first line; names and lengths


class PackHeads:
    """What packs hold, kept beside the ledger so that no machine reads it twice; a cache.

    where  of the packs: what is kept counts for this place alone
    """

    def __init__(self, file: Path, where: str) -> None:
        self._file, self._where = file, where
        self._known: dict[str, Head] | None = None

    def known(self) -> Mapping[str, Head]:
        """By name of a pack. What cannot be read is not known."""
        if self._known is None:
            self._known = {}
            try:
                told = json.loads(self._file.read_bytes())
                if told["where"] == self._where:
                    self._known = {pack: (first, held) for pack, first, held in told["packs"]}
            except (OSError, ValueError, TypeError, KeyError):
                self._known = {}
        return self._known

    def add(self, heads: Mapping[str, Head]) -> None:
        """Keep what further packs hold."""
        self._known = {**self.known(), **heads}
        rows = [[pack, *head] for pack, head in self._known.items()]
        make_private(self._file.parent)
        write_whole(self._file, json.dumps({"where": self._where, "packs": rows}).encode())


def _named(content: bytes) -> Sha256:
    return Sha256(hashlib.sha256(content).hexdigest())


def _path(name: str) -> str:
    return f"blobs/{name[:2]}/{name}"


def _places(pack: str, at: int, sizes: list[list[Any]]) -> dict[str, tuple[str, int, int]]:
    found = {}
    for name, length in sizes:
        found[name] = (pack, at, length)
        at += length
    return found


def _packed(contents: Mapping[Sha256, bytes]) -> Iterator[dict[Sha256, bytes]]:
    """Contents in packs that are read whole."""
    pack: dict[Sha256, bytes] = {}
    size = 0
    for name, content in contents.items():
        if pack and size + len(content) > LARGE // 2:
            yield pack
            pack, size = {}, 0
        pack[name] = content
        size += len(content)
    if pack:
        yield pack
