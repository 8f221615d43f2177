from pathlib import Path

import pytest

from nanoward.adapters.stores.shared.blob_choice import blobs_in
from nanoward.adapters.stores.shared.storage_rules import StorageRules
from nanoward.base.sections import BadSectionError

GOOD = {"blobs": "s3://wards/flu/2026", "endpoint": "https://s3.example", "region": "eu-1"}


def test_bucket_and_prefix_are_read_from_the_address() -> None:
    rules = StorageRules(**GOOD)
    assert (rules.bucket, rules.prefix, rules.on_this_machine) == ("wards", "flu/2026", False)
    assert StorageRules(endpoint="http://127.0.0.1:9000").on_this_machine


@pytest.mark.hazard("H-379")
@pytest.mark.parametrize(
    "changed",
    [
        {"secret_access_key": "abc"},
        {"blobs": "s3://wards"},
        {"blobs": "https://wards/flu"},
        {"blobs": "s3://key:secret@wards/flu"},
        {"blobs": "s3://wards/../other"},
        {"blobs": "s3://wards/flu/.."},
        {"blobs": "s3://wards/a//b"},
        {"blobs": 7},
        {"endpoint": "http://s3.example"},
        {"endpoint": "https://key:secret@s3.example"},
        {"endpoint": "s3.example"},
    ],
    ids=str,
)
def test_what_cannot_be_or_would_be_a_secret_is_refused(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    with pytest.raises(BadSectionError) as told:
        blobs_in(tmp_path, {**GOOD, **changed})
    assert "key:secret@s3" not in str(told.value)
