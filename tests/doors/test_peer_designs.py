"""GenBank and SBOL3 of Biopython and the SBOL community: every feature a locus, or told."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from nanoward.adapters.formats.designs.design_annotations import LEFT_OUT, NoDesignError
from nanoward.adapters.formats.designs.design_files import DesignFiles

PeerFiles = Callable[[tuple[str, ...], tuple[str, ...]], list[Path]]
PART = re.compile(r" \[(\d+) of \d+\]( \(\d+\))?$")
# files that hold no letters of DNA or RNA, are broken on purpose, or are cut short
BROKEN = {"invalid_product.gb", "no_origin_no_end.gb"}


def features_in(text: str) -> int:
    """Features of GenBank text by their column, the source of each record left out."""
    count, within = 0, False
    for line in text.split("\n"):
        if line.startswith("FEATURES"):
            within = True
        elif line[:1].strip():
            within = False
        elif within and re.match(r"     [^\s/]+\s+\S", line):
            count += not line[5:].startswith("source")
    return count


@pytest.mark.hazard("H-195")
def test_no_feature_of_a_genbank_file_vanishes(peer_files: PeerFiles) -> None:
    files = peer_files(("biopython", "SBOLTestSuite"), (".gb", ".gbk", ".gbff"))
    assert len(files) >= 158
    lost, refused, seen = [], [], 0
    for path in files:
        content = path.read_bytes()
        try:
            design = DesignFiles().read(str(path), content)
        except NoDesignError as fault:
            if path.name not in BROKEN and "no letters" not in fault.message:
                refused.append((path.name, fault.message))
            continue
        stated = features_in(content.decode("utf-8", "replace"))
        parts = [PART.search(one[0]) for one in design.loci]
        kept = sum(one is None or one[1] == "1" for one in parts)
        told = sum(
            one.code == LEFT_OUT and one.message.startswith("feature")
            for one in design.findings
        )
        seen += stated
        if kept + told != stated:
            lost.append((path.name, stated, kept, told))
    assert (lost, refused) == ([], [])
    assert seen > 12_821


@pytest.mark.hazard("H-195")
def test_sbol_files_are_read_or_refused_with_their_reason(peer_files: PeerFiles) -> None:
    files = [
        one
        for one in peer_files(("SBOLTestSuite",), (".nt", ".ttl", ".rdf"))
        if "SBOL3" in one.parts
    ]
    assert len(files) > 60
    wrong = []
    for path in files:
        try:
            design = DesignFiles().read(str(path), path.read_bytes())
        except NoDesignError as fault:
            if "no letters" not in fault.message:
                wrong.append((path.name, fault.message))
            continue
        for _, contig, first, last, _ in design.loci:
            if not 1 <= first <= last <= len(design.sequences[contig]):
                wrong.append((path.name, contig))
    assert wrong == []
