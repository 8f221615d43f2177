"""Identifiers of people: near misses name the person who is meant."""

import re
from collections.abc import Iterable, Mapping

_ALIKE = str.maketrans("OILSZB", "011528")


def key_of(name: str) -> str:
    """What two spellings of one identifier share: case, marks, leading zeros, O for 0 ...

    Digits keep their order; leading zeros of each run of digits are dropped.
    """
    joined = "".join(re.findall(r"[A-Z0-9]+", name.upper())).translate(_ALIKE)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", joined)


def persons_meant(unknown: Iterable[str], known: Iterable[str]) -> Mapping[str, str]:
    """Unknown name to the one known name that shares its key; those of none are left out."""
    by_key: dict[str, list[str]] = {}
    for name in known:
        by_key.setdefault(key_of(name), []).append(name)
    found = {name: by_key.get(key_of(name), []) for name in unknown}
    return {name: persons[0] for name, persons in found.items() if len(persons) == 1}
