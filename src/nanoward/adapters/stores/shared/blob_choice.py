"""Where a programme keeps its blobs: files beside its ledger, or a bucket where it says so."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nanoward.adapters.stores.file_blobs import FileBlobs
from nanoward.base.sections import check, rules_of
from nanoward.ports.blobs import Blobs

SECTION = "storage"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


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

    return S3Blobs(rules, kept)
