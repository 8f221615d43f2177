import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nanoward
from nanoward.base.tables.facts import FACTS, Fact, declared_fact

SOURCE = Path(nanoward.__file__).parent
_ASKED = re.compile(r"""facts(?:\.get\(|\[)"([^"]+)\"""")


def _names(tree: ast.AST) -> Iterator[str]:
    """Literal names of figures that a flow gives a round: facts={"name": ...}."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "facts":
            for key in getattr(node.value, "keys", ()):
                if isinstance(key, ast.Constant):
                    yield str(key.value)


def test_every_figure_that_a_flow_of_a_round_gives_is_declared() -> None:
    rooms = {one.room for one in FACTS}
    plain = re.compile(
        r"_files?\b|near_genomes|sharing_beyond|_by_table|detect_|attribute_|design_|from_files"
    )
    for path in sorted((SOURCE / "flows").rglob("*.py")):
        if plain.search(path.stem):  # commands on plain files have figures of their own
            continue
        for name in _names(ast.parse(path.read_text())):
            assert any(declared_fact(room, name) for room in rooms), (path.name, name)


def test_a_face_asks_a_round_for_no_figure_that_nobody_declared() -> None:
    names = {one.name for one in FACTS}
    for path in sorted((SOURCE / "faces" / "report").rglob("*.py")):
        asked = set(_ASKED.findall(path.read_text())) - {one.room for one in FACTS}
        assert asked <= names, path


def test_a_family_declares_every_name_that_begins_as_it_does() -> None:
    family = declared_fact("programme", "messages waiting")
    assert family is not None
    assert family.name == "messages *"
    assert declared_fact("bonds", "messages waiting") is None
    assert declared_fact("tuning", "peopl") is None
    assert len({(one.room, one.name) for one in FACTS}) == len(FACTS)
    assert declared_fact("x", "y", [Fact(room="x", name="y", meaning="m")]) is not None
