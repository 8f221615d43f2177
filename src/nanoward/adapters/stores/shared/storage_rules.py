"""[storage] of programme.toml: where blobs are kept, and nothing secret."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from nanoward.base.sections import check, rules_of

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


def storage_rules(section: Mapping[str, Any]) -> StorageRules:
    """[storage] as a value; BadSectionError names the key at fault."""
    return rules_of(StorageRules, section, SECTION)
