"""The glossary has every public class of the code, by folder, with the field's word."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nanoward"
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
MADE = "# made by tools/write_client.py"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$")


def written() -> dict[str, dict[str, tuple[str, str]]]:
    """Folder to class to (the field's word, meaning), as the glossary has them."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    folder = ""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            folder = line[4:]
        elif folder and (row := ROW.match(line)):
            found.setdefault(folder, {})[row[1]] = (row[2], row[3])
    return found


def public_classes() -> dict[str, set[str]]:
    """Folder of the house to its public classes."""
    found: dict[str, set[str]] = {}
    for module in SOURCE.rglob("*.py"):
        if MADE in module.read_text(encoding="utf-8"):
            continue  # models of the API, which stand there under faces
        folder = module.relative_to(SOURCE).parts[0].removesuffix(".py")
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(folder, set()).add(node.name)
    return found


@pytest.mark.parametrize("folder", sorted(public_classes()))
def test_every_public_class_has_its_row_and_no_row_is_stale(folder: str) -> None:
    assert set(written().get(folder, {})) == public_classes()[folder]


def test_every_row_says_the_fields_word_and_a_meaning() -> None:
    for rows in written().values():
        for name, (word, meaning) in rows.items():
            assert len(word) > 1, name
            assert len(meaning) > 8, name


def test_one_word_has_one_row_above_the_classes() -> None:
    head = GLOSSARY.read_text(encoding="utf-8").split("## Classes")[0]
    words = re.findall(r"^\| ([a-z][a-z ()]*?) \|", head, re.MULTILINE)
    assert len(words) == len(set(words)) > 30
