"""SAM, BAM and CRAM of htslib and bcftools: no read of theirs is lost without a word."""

from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.formats.sequences.bam import AlignedBlocks
from nanoward.ports.reads import ReadFile


def reads_by_htslib(pysam: Any, path: Path) -> int | None:
    """First lines of reads with letters; None where htslib cannot read to the end."""
    try:
        with pysam.AlignmentFile(str(path), "r", check_sq=False) as source:
            return sum(
                1
                for one in source.fetch(until_eof=True)
                if not one.flag & 0xB00 and one.query_sequence
            )
    except (OSError, ValueError):
        return None


@pytest.mark.hazard("H-182")
@pytest.mark.timeout(300)
def test_every_read_is_counted_and_what_cannot_be_read_is_told(peer_files) -> None:
    pysam = pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    pysam.set_verbosity(0)
    files = peer_files(("htslib", "bcftools"), (".sam", ".bam", ".cram", ".sam.gz"))
    assert len(files) > 200
    lost = []
    for path in files:
        blocks = AlignedBlocks(ReadFile(name=path.name, path=str(path)))
        count = sum(len(one.where) + len(two.where if two else ()) for one, two in blocks)
        due = reads_by_htslib(pysam, path)
        if due is None:
            assert any(one.severity == "error" for one in blocks.findings), path.name
        elif due != count:
            lost.append((path.name, due, count))
    assert lost == []
