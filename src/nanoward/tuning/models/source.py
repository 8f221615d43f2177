"""The text of a model, and where in it a key stands: for faults that name their line."""

import re
from dataclasses import dataclass

from nanoward.tuning.models.model import BadModelError

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w.\"'-]+)\s*=")
MODEL_PAGE = "Correct the named key; docs/reference/model.md describes every key."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text that a model was read from, to tell lines of it."""

    text: str = ""
    file: str = ""

    def fault(self, path: tuple[str, ...], what: str, fix: str = "") -> BadModelError:
        return BadModelError(
            f"{'.'.join(path)} {what}",
            file=self.file,
            line=line_of(self.text, path),
            next_step=fix or MODEL_PAGE,
        )


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """1-based line of a key, or of the nearest table around it; None where there is none."""
    header: list[str] = []
    best, depth = None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        head, key = _HEADER.match(line), _KEY.match(line)
        if head:
            header = _split(head[1])
        seen = header + (_split(key[1]) if key and not head else [])
        for length in range(len(path), depth, -1):
            if list(path[:length]) in (seen[-length:], seen[:length]):
                best, depth = number, length
                break
    return best


def _split(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
