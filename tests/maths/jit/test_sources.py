"""The sources that go into compiled code."""

import re
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


_FROM = re.compile(r"^from nanoward\.([\w.]+) import", re.MULTILINE)
WORDS = ("maths.frames", "ports", "base")  # what no compiled function holds


def compiled(root: Path) -> dict[str, set[str]]:
    """Modules with compiled functions, by name, and the modules that each imports from."""
    found = {}
    for path in root.rglob("*.py"):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        text = path.read_text()
        if "nanoward.maths.jit." in text and re.search(
            r"^@(kept|lean|stamped|njit)", text, re.M
        ):
            found[name] = {one for one in _FROM.findall(text) if not one.startswith(WORDS)}
    return found


def test_every_module_with_compiled_functions_counts() -> None:
    found = compiled(Path(nanoward.__file__).parent)
    assert len(found) > 20
    assert set(found) - set(SOURCES) == set()


def test_constants_that_compiled_functions_take_from_beside_them_count() -> None:
    found = compiled(Path(nanoward.__file__).parent)
    beside = {one for names in found.values() for one in names}
    near = {one for one in beside if one.startswith(("sequencing.", "tuning.kernel."))}
    assert near - set(SOURCES) - {"maths.jit.sources"} == set()
