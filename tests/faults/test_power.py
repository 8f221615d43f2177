import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from power import fast_folder, image_after, lose_power


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = fast_folder(tmp_path)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.hazard("H-01")
@pytest.mark.parametrize("part", range(4))
def test_no_power_cut_takes_what_was_acknowledged(folder: Path, part: int) -> None:
    tally = lose_power(folder, images=250, seed=1_000 * part)
    assert (tally.images, tally.lost) == (250, 0)
    assert tally.acknowledged > 10_000
    assert tally.kept_more > 0  # some cuts fell between a commit and its answer


def test_a_ledger_that_does_not_sync_loses_records_here(folder: Path) -> None:
    tally = lose_power(folder, images=100, seed=5, synchronous="NORMAL")
    assert tally.lost > 20


def test_what_was_not_synced_may_be_there_or_not() -> None:
    log = [
        ("write", "f", 0, b"a" * 1024),
        ("sync", "f", 0, b""),
        ("write", "f", 0, b"b" * 1024),
        ("write", "g", 0, b"c"),
    ]
    images = [image_after(log, 4, Random(seed)) for seed in range(60)]
    seen = {image["f"] for image in images}
    assert {b"a" * 1024, b"b" * 1024, b"b" * 512 + b"a" * 512} <= seen
    assert {image.get("g") for image in images} >= {None, b"c"}
    assert all(image_after(log, 2, Random(seed)) == {"f": b"a" * 1024} for seed in range(9))
