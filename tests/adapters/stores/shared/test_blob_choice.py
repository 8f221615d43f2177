from pathlib import Path

import pytest

from nanoward.adapters.stores.file_blobs import FileBlobs
from nanoward.adapters.stores.shared.blob_choice import (
    NowhereToCopyError,
    blobs_in,
    blobs_to_copy,
)
from nanoward.adapters.stores.shared.s3_blobs import S3Blobs

GOOD = {"blobs": "s3://wards/flu/2026", "endpoint": "https://s3.example", "region": "eu-1"}


def test_a_programme_keeps_its_blobs_in_files_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert isinstance(blobs_in(tmp_path, {}), FileBlobs)
    assert isinstance(blobs_in(tmp_path, {"region": "eu-1"}), FileBlobs)
    assert isinstance(blobs_in(tmp_path, GOOD), S3Blobs)  # nothing was asked yet
    assert list(tmp_path.iterdir()) == []


def test_blobs_are_copied_to_where_the_plan_says(tmp_path: Path) -> None:
    kinds = [type(one) for one in blobs_to_copy(tmp_path, GOOD, None)]
    assert kinds == [FileBlobs, S3Blobs]
    kinds = [type(one) for one in blobs_to_copy(tmp_path, {}, "s3://wards/flu")]
    assert kinds == [S3Blobs, FileBlobs]
    with pytest.raises(NowhereToCopyError):
        blobs_to_copy(tmp_path, {}, None)
