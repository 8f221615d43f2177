"""FASTQ of Biopython (the OBF's suite) and htslib: the sound are read, the broken are told."""

import pytest

from nanoward.adapters.formats.sequences.fastq import FastqBlocks
from nanoward.ports.reads import ReadFile


@pytest.mark.hazard("H-180")
def test_sound_files_are_read_and_broken_ones_told(peer_files) -> None:
    files = peer_files(("biopython", "htslib"), (".fastq", ".fq", ".fastq.gz", ".fq.gz"))
    assert len(files) > 70
    wrong = []
    for path in files:
        blocks = FastqBlocks(ReadFile(name=path.name, path=str(path)), None)
        for _ in blocks:
            pass
        errors = [one.message for one in blocks.findings if one.severity == "error"]
        if bool(errors) != path.name.startswith("error"):
            wrong.append((path.name, errors))
    assert wrong == []
