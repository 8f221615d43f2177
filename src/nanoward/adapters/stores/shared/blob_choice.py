"""Where a programme keeps its blobs: files beside its ledger, or a bucket where it says so."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nanoward.adapters.stores.file_blobs import FileBlobs
from nanoward.base.errors import UsageError
from nanoward.base.sections import check, rules_of
from nanoward.ports.blobs import Blobs

SECTION = "storage"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


class NowhereToCopyError(UsageError):
    """Blobs are where the plan says already."""

    code = "USE-384"
    next_step = (
        "Name the bucket in [storage] of programme.toml, or where they were with --from."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageRules:
    """[storage] of programme.toml. It holds no secret: these come from the environment.

    blobs     s3://BUCKET/PREFIX; "" keeps them as files in .nanoward
    endpoint  https://HOST of a store that is not Amazon's; http:// on this machine alone
    region    of the bucket
    """

    blobs: str = ""
    endpoint: str = ""
    region: str = "us-east-1"

    def __post_init__(self) -> None:
        if self.blobs:
            found = urlsplit(self.blobs)
            fits = found.scheme == "s3" and BUCKET.fullmatch(found.netloc) is not None
            check(fits, SECTION, "blobs", "s3://BUCKET/PREFIX", self.blobs)
            prefix = found.path.strip("/")
            check(bool(PREFIX.fullmatch(prefix)), SECTION, "blobs", "a prefix", self.blobs)
        if self.endpoint:
            found = urlsplit(self.endpoint)
            wish = "https://HOST, without a name or password (http:// on this machine alone)"
            named = bool(found.hostname) and found.username is None and found.password is None
            fits = found.scheme == "https" or (found.scheme == "http" and self.on_this_machine)
            check(named and fits, SECTION, "endpoint", wish, found.hostname)

    @property
    def bucket(self) -> str:
        return urlsplit(self.blobs).netloc

    @property
    def prefix(self) -> str:
        return urlsplit(self.blobs).path.strip("/")

    @property
    def on_this_machine(self) -> bool:
        host = urlsplit(self.endpoint).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def blobs_in(kept: Path, section: Mapping[str, Any]) -> Blobs:
    """The blobs of a programme; a bucket is not asked before its first use.

    kept     `.nanoward` of the programme
    section  [storage] of its plan; BadSectionError names the key at fault
    """
    rules = rules_of(StorageRules, section, SECTION)
    if not rules.blobs:
        return FileBlobs(kept)
    from nanoward.adapters.stores.shared.s3_blobs import S3Blobs

    return S3Blobs(rules, kept, FileBlobs(kept) if (kept / "blobs").exists() else None)


def blobs_to_copy(
    kept: Path, section: Mapping[str, Any], origin: str | None
) -> tuple[Blobs, Blobs]:
    """Where blobs were, and where the plan says that they are; each alone.

    origin  s3://BUCKET/PREFIX with the plan's endpoint and region; None for files in .nanoward
    """
    from nanoward.adapters.stores.shared.s3_blobs import S3Blobs

    rules = rules_of(StorageRules, section, SECTION)
    source: Blobs = FileBlobs(kept)
    if origin is not None:
        source = S3Blobs(rules_of(StorageRules, {**section, "blobs": origin}, SECTION), kept)
    elif not rules.blobs:
        raise NowhereToCopyError("the plan keeps blobs in files, where they are")
    return source, S3Blobs(rules, kept) if rules.blobs else FileBlobs(kept)
