"""The sources that go into compiled code: what is kept counts for these very bytes alone.

Which they are is found by following imports from the module of the function, over all that it
can reach: nobody keeps a list. Machine code takes in the functions that it calls and the
constants that it names, from whichever module they come.
"""

import hashlib
import re
from functools import cache
from typing import Any

import nanoward

_HERE = ("maths.jit.numba_pipeline", "maths.jit.object_cache", "maths.jit.sources")
_FROM = re.compile(rb"^[ \t]*from nanoward\.([\w.]+) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
_BARE = re.compile(rb"^[ \t]*import nanoward\.([\w.]+)", re.MULTILINE)
_WORD = re.compile(rb"\w+")


@cache
def sources_of(module: str) -> tuple[str, ...]:
    """Modules of nanoward, by their names below it, that a module's compiled code may take in.

    module  dotted name; of one outside nanoward, how code is compiled is all that is known
    """
    seen: set[str] = set()
    waiting = [*_HERE]
    if module.startswith("nanoward."):
        waiting.append(module.removeprefix("nanoward."))
    while waiting:
        name = waiting.pop()
        if name not in seen and _content(name) is not None:
            seen.add(name)
            waiting += _imported(name)
    return tuple(sorted(seen))


@cache
def sources_sha256(module: str) -> str:
    """64 hexadecimal digits over the sources that go into a module's compiled code."""
    found = hashlib.sha256()
    for name in sources_of(module):
        content = _content(name) or b""
        found.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return found.hexdigest()


def _imported(name: str) -> list[str]:
    """What a module imports by name, within functions too; a name may be a module itself."""
    text = _content(name) or b""
    told = [one.decode() for one in _BARE.findall(text)]
    for module, names in _FROM.findall(text):
        told.append(module.decode())
        told += [f"{module.decode()}.{one.decode()}" for one in _WORD.findall(names)]
    return told


@cache
def _content(name: str) -> bytes | None:
    """A module's source, a package's own; None where there is no such module."""
    loader: Any = nanoward.__spec__.loader
    place = f"{nanoward.__path__[0]}/{name.replace('.', '/')}"
    for path in (f"{place}.py", f"{place}/__init__.py"):
        try:
            content: bytes = loader.get_data(path)
        except OSError:
            continue
        return content
    return None
