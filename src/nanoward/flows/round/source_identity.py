"""Which software decides: its version, and the hash over sources that a standing reaches."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from nanoward import __version__

# packages whose code may change a standing
DECIDING = (
    "adapters/formats",
    "base",
    "clearance",
    "flows/clearance",
    "flows/round",
    "programme",
)


@cache
def source_identity() -> tuple[str, str]:
    """Version of nanoward, and 64 hexadecimal digits over the deciding sources."""
    root = files("nanoward")
    digest = sha256()
    for name in DECIDING:
        place = root
        for part in name.split("/"):
            place = place.joinpath(part)
        for path, content in sorted(_sources(place, name)):
            digest.update(f"{path}\0{sha256(content).hexdigest()}\n".encode())
    return __version__, digest.hexdigest()


def _sources(place: Traversable, name: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for one in place.iterdir():
        path = f"{name}/{one.name}"
        if one.is_dir():
            found += _sources(one, path)
        elif one.name.endswith(".py"):
            found.append((path, one.read_bytes()))
    return found
