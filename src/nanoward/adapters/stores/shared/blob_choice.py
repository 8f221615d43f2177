"""Where a programme keeps its blobs: files beside its ledger, or a bucket where it says so."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.file_blobs import FileBlobs
from nanoward.adapters.stores.shared.storage_rules import SECTION, StorageRules
from nanoward.base.errors import UsageError
from nanoward.base.sections import rules_of
from nanoward.ports.blobs import Blobs


class NowhereToCopyError(UsageError):
    """Blobs are where the plan says already."""

    code = "USE-384"
    next_step = (
        "Name the bucket in [storage] of programme.toml, or where they were with --from."
    )


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
