"""Public documents that nobody here wrote, read as their authors mean them.

Run where NANOWARD_PEERS names a folder with `xpt/` (SAS transport files of public trials, such
as the CDISC pilot project and PHUSE's scripts) and `fhir/` (R4 bundles, such as Synthea's), in
folders of any depth. Nothing of them is kept here; without it the tests are skipped.
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.flows.clearance.decide_from_files import decide_standings

PEERS = Path(os.environ.get("NANOWARD_PEERS", "/nowhere"))
FORMATS = FileFormats()
# what a sound public document may be told: notes, and doubts that its authors left in it
_DOUBTS = {"FMT-003", "FMT-010", "FMT-012"}
# told of files without subjects: no domain of SDTM (FMT-020, FMT-011), pools of animals (026)
_NO_SUBJECTS = {"FMT-011", "FMT-020", "FMT-026"}
_UNREAD = "cannot be read", "not understood", "is not known here"


def documents(folder: str, suffix: str) -> list[Path]:
    return sorted((PEERS / folder).rglob(f"*{suffix}"))


needs = pytest.mark.skipif(not PEERS.exists(), reason="NANOWARD_PEERS names no folder")


@needs
def test_every_public_transport_file_is_read_whole() -> None:
    files = documents("xpt", ".xpt")
    lost = []
    for path in files:
        domain = re.sub(r"[^A-Z0-9]", "", path.stem.upper())[:8]
        reading = FORMATS.read(f"sdtm.{domain}", path.name, path.read_bytes())
        codes = {one.code for one in reading.findings}
        if codes & _DOUBTS or not (reading.table.height or codes & _NO_SUBJECTS):
            lost.append(path.name)
    assert len(files) > 0
    assert lost == []


@needs
def test_every_public_bundle_is_read_and_nobody_is_held_solely_by_an_unread_value() -> None:
    files = documents("fhir", ".json")
    assert len(files) > 0
    for path in files:
        content = {path.name: path.read_bytes()}
        found = decide_standings(FORMATS, content, {"consent": "elsewhere"}, date(2020, 1, 1))
        assert "FMT-100" not in {one.code for one in found.findings}, path.name
        for row in found.tables["standings"].to_dicts():
            only = [why for why in row["reasons"] if any(word in why for word in _UNREAD)]
            if row["standing"] == "held":
                assert only != row["reasons"], (path.name, only)
