"""Which software an answer depends on: a digest over the sources that a module can reach.

What is kept of an earlier round counts for the very code that made it. That code is found by
following imports from the module of the step, those inside functions and under TYPE_CHECKING
too, and the folders that registries look through, so that nobody has to raise a number by
hand. Files that are no code (templates) count where their package does; of each library that
these sources import its version counts.
"""

import platform
import re
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import (
    PackageNotFoundError,
    packages_distributions,
    requires,
    version,
)
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec

ROOT = "nanoward"
_FROM = re.compile(rb"^[ \t]*from (nanoward[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
_DOTTED = re.compile(rb"\bnanoward(?:\.\w+)+")  # `import nanoward.x`, and names in texts
_REGISTRY = re.compile(rb"\bRegistry\(\s*\"(nanoward(?:\.\w+)+)\"")
_WORD = re.compile(rb"\w+")
_NAME = re.compile(r"[\w.-]+")
_LIBRARY = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)|import_module\(\s*\"([A-Za-z_]\w*)",
    re.MULTILINE,
)


@cache
def reachable_digest(*modules: str) -> str:
    """64 hexadecimal digits over all sources that any of the modules can reach.

    modules  dotted names, such as a flow's own `__name__`
    """
    seen: set[str] = set()
    waiting = sorted(modules)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += sorted(_reached(name) - seen)
    digest = sha256(_software(map(_content, seen)).encode())
    for name in sorted(seen):
        digest.update(f"{name}\0{_content_digest(name)}\n".encode())
    return digest.hexdigest()


def reached_modules(module: str) -> frozenset[str]:
    """The module, and every module of nanoward that it can reach."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _reached(name) - seen
    return frozenset(seen)


@cache
def package_digest() -> str:
    """64 hexadecimal digits over every source of nanoward, its templates, and libraries."""
    sources = sorted(_all_files(files(ROOT), ROOT))
    code = (content for path, content in sources if path.endswith(".py"))
    digest = sha256(_software(code).encode())
    for path, content in sources:
        digest.update(f"{path}\0{sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def libraries_of(module: str) -> frozenset[str]:
    """Libraries with their versions that a module, and all it can reach, import."""
    return _libraries(map(_content, reached_modules(module)))


def _software(sources: Iterable[bytes]) -> str:
    told = " ".join(sorted(_libraries(sources)))
    return f"python={platform.python_version()} {told}\n"


def _libraries(sources: Iterable[bytes]) -> frozenset[str]:
    """ "name=version" of what sources import, those within functions and by name too."""
    words = set[bytes]().union(*map(_imported, sources))
    return frozenset(filter(None, (_library(one.decode()) for one in words)))


@cache
def _imported(content: bytes) -> frozenset[bytes]:
    """First names of what one source imports; asked for whole, for steps, and by provenance."""
    return frozenset(a or b for a, b in _LIBRARY.findall(content))


@cache
def _library(word: str) -> str:
    """ "name=version" of the library that gives a module; "" where none is installed.

    A line of a text may begin with "from" too: its next word is no library.
    """
    if word == ROOT or word in sys.stdlib_module_names:
        return ""
    for name in (word, *(one for one in _required() if one.startswith(_plain(word)))):
        try:
            return f"{_plain(name)}={version(name)}"
        except PackageNotFoundError:
            continue
    if find_spec(word) is None:
        return ""
    return " ".join(sorted({f"{_plain(one)}={version(one)}" for one in _given().get(word, ())}))


def _plain(name: str) -> str:
    return name.replace("_", "-").lower()


@cache
def _required() -> tuple[str, ...]:
    """Names of what this package requires, extras too."""
    try:
        told = requires(ROOT) or []
    except PackageNotFoundError:
        return ()
    return tuple(_plain(one.group()) for one in map(_NAME.match, told) if one)


@cache
def _given() -> dict[str, list[str]]:
    """Module to the installed libraries that give it; slow, for names that differ."""
    return dict(packages_distributions())


@cache
def _place(name: str) -> tuple[Traversable, bool] | None:
    """The file of a module, and whether it is a package; None where there is no such module."""
    place: Traversable = files(ROOT)
    parts = name.split(".")[1:]
    for part in parts:
        place = place.joinpath(part)
    package = place.joinpath("__init__.py")
    if package.is_file():
        return package, True
    if not parts:
        return None
    parent = _place(name.rsplit(".", 1)[0])
    if parent is None or not parent[1]:
        return None
    file: Traversable = files(ROOT)
    for part in parts[:-1]:
        file = file.joinpath(part)
    file = file.joinpath(f"{parts[-1]}.py")
    return (file, False) if file.is_file() else None


@cache
def _content(name: str) -> bytes:
    found = _place(name)
    return b"" if found is None else found[0].read_bytes()


@cache
def _content_digest(name: str) -> str:
    """Of a module; of a package with the files beside it that are no code."""
    digest = sha256(_content(name))
    found = _place(name)
    if found is not None and found[1]:
        folder: Traversable = files(ROOT)
        for part in name.split(".")[1:]:
            folder = folder.joinpath(part)
        for path, content in sorted(_beside(folder, name)):
            digest.update(f"{path}\0{sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _beside(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Files of a package that are no code, those of folders that are no packages too."""
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        path = f"{name}/{one.name}"
        if one.name == "__pycache__":
            continue
        if one.is_dir():
            if not one.joinpath("__init__.py").is_file():
                found += _all_files(one, path)
        elif not one.name.endswith((".py", ".pyc")):
            found.append((path, one.read_bytes()))
    return found


def _all_files(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        path = f"{name}/{one.name}"
        if one.name == "__pycache__":
            continue
        if one.is_dir():
            found += _all_files(one, path)
        elif not one.name.endswith(".pyc"):
            found.append((path, one.read_bytes()))
    return found


@cache
def _reached(name: str) -> frozenset[str]:
    """Modules that a module names, and the packages above itself and them."""
    text = _content(name)
    told = {one.decode() for one in _DOTTED.findall(text)}
    for module, names in _FROM.findall(text):
        told.add(module.decode())
        told |= {f"{module.decode()}.{one.decode()}" for one in _WORD.findall(names)}
    found = {name, *_above(name), *_declared(text)}
    for one in told:
        while "." in one and _place(one) is None:
            one = one.rsplit(".", 1)[0]  # noqa: PLW2901 - a name within the module
        found |= {one, *_above(one)}
    return frozenset(one for one in found if _place(one) is not None)


def _declared(text: bytes) -> set[str]:
    """Modules of the packages that a registry looks through: nobody imports them by name."""
    found = set()
    for package in (one.decode() for one in _REGISTRY.findall(text)):
        folder: Traversable = files(ROOT)
        for part in package.split(".")[1:]:
            folder = folder.joinpath(part)
        names = (one.name for one in folder.iterdir()) if folder.is_dir() else ()
        found |= {
            f"{package}.{one.removesuffix('.py')}" for one in names if one.endswith(".py")
        }
    return {one for one in found if not one.endswith(".__init__")}


def _above(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}
