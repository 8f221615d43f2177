from collections.abc import Callable
from pathlib import Path

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.ports.formats import ParsedTable

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
Read = Callable[[str, str, str | bytes], ParsedTable]


@pytest.fixture
def read() -> Read:
    def reader(role: str, path: str, content: str | bytes) -> ParsedTable:
        data = content.encode() if isinstance(content, str) else content
        return FileFormats().read(role, path, data)

    return reader


@pytest.fixture
def told() -> Callable[[ParsedTable], list[tuple[str, str, int | None, str]]]:
    """Code without its prefix, file, line and column of every finding."""

    def places(reading: ParsedTable) -> list[tuple[str, str, int | None, str]]:
        return [(f.code[4:], f.file, f.line, f.column) for f in reading.findings]

    return places


@pytest.fixture
def shared() -> Callable[[str], bytes]:
    if not SHARED.is_dir():
        pytest.skip("the evaluation data are not beside the checkout (../shared/data)")

    def content(path: str) -> bytes:
        return (SHARED / path).read_bytes()

    return content
