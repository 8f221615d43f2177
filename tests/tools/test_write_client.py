"""The client is that of the API as it is now."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    place = ROOT / "tools" / "write_client.py"
    spec = importlib.util.spec_from_file_location("write_client", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_client_is_made_from_the_api_as_it_is(tool: ModuleType) -> None:
    files = tool.written()
    late = [name for name, text in files.items() if tool.held(name) != text]
    assert late == [], "run python tools/write_client.py"
    names = {one.name for one in tool.FOLDER.glob("*.py")} - {"__init__.py"}
    assert names == set(files)


def test_a_new_field_or_route_would_be_seen(tool: ModuleType) -> None:
    day = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None}
    schema = {
        "description": "A thing.",
        "properties": {"a": {"type": "integer"}, "b": day},
        "required": ["a"],
    }
    text = tool.dataclass_text("Thing", schema)
    assert "    a: int\n    b: date | None = None" in text
    assert (
        tool.kind_of({"type": "array", "items": {"$ref": "#/x/Page_Thing_"}})
        == "list[ThingPage]"
    )
    assert tool.kind_of({"enum": ["a", "b"]}) == "Literal['a', 'b']"
    assert tool.shortened("word " * 40).endswith(" ...")
