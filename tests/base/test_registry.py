import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nanoward.base.registry import Registry, TwoOfOneNameError


@dataclass(frozen=True)
class Thing:
    name: str
    meaning: str = "a thing"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """An empty package, and its folder."""
    name = f"shelf_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name, folder
    for one in [one for one in sys.modules if one.split(".")[0] == name]:
        del sys.modules[one]


def registry(name: str) -> Registry[Thing]:
    made: Registry[Thing] = Registry(name, "THING", Thing)
    return made


def written(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(
        f"from {Thing.__module__} import Thing\n{text}", encoding="utf-8"
    )


def test_a_file_that_declares_itself_is_there_and_one_that_does_not_is_none(
    package: tuple[str, Path],
) -> None:
    name, folder = package
    known = registry(name)
    assert known.names() == ()
    written(folder, "lamp", 'THING = Thing("lamp")')
    written(folder, "pair", 'THING = (Thing("b-two"), Thing("a-one"))')
    (folder / "plain.py").write_text("THING = 'no declaration'")
    assert known.names() == ("a-one", "b-two", "lamp")
    assert known.module_of("b-two") == f"{name}.pair"
    assert known.module_of("nobody") == ""
    assert known.get("a-one") == Thing("a-one")
    assert known.get("nobody") is None


def test_two_of_one_name_are_refused(package: tuple[str, Path]) -> None:
    name, folder = package
    for file in ("one", "other"):
        written(folder, file, 'THING = Thing("same")')
    with pytest.raises(TwoOfOneNameError, match="same"):
        registry(name).all()


def test_a_module_that_is_broken_keeps_nobody_from_what_another_declares(
    package: tuple[str, Path],
) -> None:
    name, folder = package
    written(folder, "aaa", "raise ImportError('not installed')")
    written(folder, "stop", 'THING = Thing("stop")')
    written(folder, "zzz", 'THING = Thing("other-name")')
    known = registry(name)
    assert known.get("stop") == Thing("stop")
    assert known.get("other-name") == Thing("other-name")
    with pytest.raises(ImportError, match="not installed"):
        known.get("nobody")


def test_a_module_of_the_very_name_is_asked_alone(package: tuple[str, Path]) -> None:
    name, folder = package
    written(folder, "stop_now", 'THING = Thing("stop-now")')
    written(folder, "aaa", 'THING = Thing("aaa")')
    assert registry(name).get("stop-now") == Thing("stop-now")
    assert f"{name}.aaa" not in sys.modules
