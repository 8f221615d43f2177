"""Public control streams are read as their authors mean, or refused with a line; none crashes.

They are not ours to ship. Put checkouts of the projects that publish them into one folder and
name it: NANOWARD_PEERS=FOLDER pytest tests/doors. Counted in benchmarks/README.md: pharmpy at
435dd66 and nonmem2rx at 728d75c hold 120 different ones.
"""

import os
import re
from pathlib import Path

import pytest

from nanoward.base.errors import NanowardError
from nanoward.tuning.nonmem.translation import nonmem_model

PEERS = os.environ.get("NANOWARD_PEERS", "")
NOT_STREAMS = {
    ".r",
    ".py",
    ".md",
    ".rst",
    ".rd",
    ".rmd",
    ".lst",
    ".html",
    ".res",
    ".xml",
    ".json",
}
MOST_BYTES = 300_000
MOST_REFUSED = 0.16  # of all: 30 of 185


def streams() -> dict[str, str]:
    """Texts that are control streams, each once, by path."""
    found: dict[str, str] = {}
    for path in sorted(Path(PEERS).rglob("*")):
        if not path.is_file() or path.suffix.lower() in NOT_STREAMS:
            continue
        if path.stat().st_size > MOST_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if re.search(r"^\s*\$PROB", text, re.M | re.I) and re.search(
            r"\$(PK|PRED)", text, re.I
        ):
            found.setdefault(text, str(path))
    return {path: text for text, path in found.items()}


@pytest.mark.timeout(600)
@pytest.mark.skipif(not PEERS, reason="NANOWARD_PEERS names no folder of public projects")
def test_public_control_streams_are_read_or_refused_with_a_reason() -> None:
    refused = []
    told = streams()
    assert len(told) > 20
    for path, text in told.items():
        try:
            nonmem_model(text, file=path)
        except NanowardError as fault:
            refused.append(f"{path}: {fault.message}")
    assert len(refused) <= MOST_REFUSED * len(told), "\n".join(refused)
