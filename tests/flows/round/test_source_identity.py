from pathlib import Path

import nanoward
from nanoward.flows.round.source_identity import DECIDING, source_identity


def test_version_and_sources_are_named_by_what_decides() -> None:
    version, sources = source_identity()
    assert version == nanoward.__version__
    assert len(sources) == 64
    root = Path(nanoward.__file__).parent
    assert all((root / one).is_dir() for one in DECIDING)
