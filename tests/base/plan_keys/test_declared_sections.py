"""Sections of programme.toml are those that the packages declare, and nobody reads another."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nanoward
from nanoward.base.errors import InputError
from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.keys import key_names

SOURCE = Path(nanoward.__file__).parent


def _text(node: ast.expr, tree: ast.Module) -> str | None:
    """A literal text, or a constant of the module that is one."""
    if isinstance(node, ast.Name):
        for line in tree.body:
            if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == node.id:
                return _text(line.value, tree)
    return (
        node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
    )


def _reads(path: Path) -> Iterator[tuple[str, str, str]]:
    """Place, section and key ("" for the whole) of each read of a plan's section."""
    tree = ast.parse(path.read_text())
    parents = {child: one for one in ast.walk(tree) for child in ast.iter_child_nodes(one)}
    for one in ast.walk(tree):
        place = f"{path.relative_to(SOURCE)}:{getattr(one, 'lineno', 0)}"
        if isinstance(one, ast.Compare) and ast.unparse(one.comparators[0]).endswith(
            "plan.sections"
        ):
            yield place, _text(one.left, tree) or "?", ""
        is_read = isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
        if not is_read or not isinstance(one, ast.Call) or len(one.args) != 1:
            continue
        assert isinstance(one.func, ast.Attribute)
        if one.func.attr != "section" or "plan" not in ast.unparse(one.func.value):
            continue
        section, key, above = _text(one.args[0], tree) or "?", "", parents[one]
        if isinstance(above, ast.Attribute) and above.attr == "get":
            call = parents[above]
            assert isinstance(call, ast.Call)
            key = _text(call.args[0], tree) or "?"
        yield place, section, key


def test_whoever_reads_a_section_or_its_key_finds_it_declared() -> None:
    sections, read, undeclared = declared_sections(), set(), []
    for path in sorted(SOURCE.rglob("*.py")):
        if "plan.section" not in path.read_text() and "plan().section" not in path.read_text():
            continue
        for place, section, key in _reads(path):
            read.add(section)
            if section not in sections or (
                key and key not in key_names(sections[section].rules_class())
            ):
                undeclared.append((place, section, key))
    assert undeclared == []
    assert read == set(sections)


@pytest.mark.parametrize("name", sorted(declared_sections()))
def test_each_declares_a_class_and_a_reader_that_takes_an_empty_section_or_names_a_key(
    name: str,
) -> None:
    one = declared_sections()[name]
    assert one.name == name
    assert one.rules_class().__doc__
    if name in ("control", "objects", "tuning"):  # of these something must be stated
        with pytest.raises(InputError):
            one.read({})
    else:
        one.read({})


def test_names_of_sections_load_none_of_the_rooms() -> None:
    code = (
        "import sys; from nanoward.base.plan_keys.declared_sections import declared_sections\n"
        "assert 'bonds' in declared_sections()\n"
        "print([one for one in ('numpy', 'polars', 'nanoward.bonds') if one in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert told.stdout.strip() == "[]", told.stderr


def test_two_packages_may_not_declare_one_section(monkeypatch: pytest.MonkeyPatch) -> None:
    from nanoward.base.plan_keys import declared_sections as module

    declared_sections.cache_clear()
    monkeypatch.setattr(module, "_declared", lambda _: {"bonds": ("a:b", "a:c")})
    with pytest.raises(ValueError, match=r"\[bonds\]"):
        declared_sections()
    declared_sections.cache_clear()
    monkeypatch.undo()
    assert "watch" in declared_sections()
