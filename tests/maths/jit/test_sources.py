"""The sources that go into compiled code."""

from pathlib import Path

import nanoward
from nanoward.maths.jit.sources import SOURCES, sources_sha256


def test_every_source_of_the_kernel_counts() -> None:
    assert len(sources_sha256()) == 64
    assert {
        "maths.formulas.tape_interpreter",
        "tuning.kernel.likelihood",
        "tuning.kernel.map_search",
    } <= set(SOURCES)


def test_every_source_is_there_and_stands_once() -> None:
    root = Path(nanoward.__file__).parent
    assert all((root / f"{one.replace('.', '/')}.py").is_file() for one in SOURCES)
    assert len(SOURCES) == len(set(SOURCES))
