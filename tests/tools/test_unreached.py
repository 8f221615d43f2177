"""What only tests would reach is found, and what a lazy name reaches is not."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "unreached.py"
HOUSE = {
    "nanoward": "",
    "nanoward.faces": "from nanoward.flows.act import act\n"
    "RUN, LAZY = act, {'x': 'nanoward.rooms.far:far'}\n",
    "nanoward.flows": "",
    "nanoward.flows.act": "from nanoward.rooms import near\ndef act(): return near()\n"
    "def forgotten(): return lost()\ndef lost(): return 1\ndef _own(): return 2\n",
    "nanoward.rooms": "from nanoward.rooms.nearby import near, handed_on\n",
    "nanoward.rooms.nearby": "def near(): return 1\ndef handed_on(): return 2\n",
    "nanoward.rooms.far": "def far(): return 1\n",
    "nanoward.adapters.formats": "",
}


@pytest.fixture(name="tool")
def loaded_tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("unreached", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "unreached", tool)
    spec.loader.exec_module(tool)
    trees = {name: ast.parse(text) for name, text in HOUSE.items()}
    monkeypatch.setattr(tool, "modules", lambda: trees)
    return tool


def test_what_no_command_names_is_told_and_private_names_are_not(tool: ModuleType) -> None:
    told = tool.unreached(with_public_names=True)
    assert set(told) == {
        ("nanoward.flows.act", "forgotten"),
        ("nanoward.flows.act", "lost"),
        ("nanoward.rooms.nearby", "handed_on"),
    }


def test_names_are_followed_to_where_they_are_defined(tool: ModuleType) -> None:
    assert tool.resolved(("nanoward.rooms", "near")) == ("nanoward.rooms.nearby", "near")
    assert ("nanoward.rooms.far", "far") in tool.reached()
    assert ("nanoward.rooms.nearby", "") in tool.reached()
