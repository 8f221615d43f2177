"""Names of thetas, etas and epsilons as of NONMEM 7.5: $THETA CL=(0, 2), $OMEGA NAMES(CL, V).

NONMEM Users Guide IV (NM-TRAN), $THETA and $OMEGA: THETA(CL) is then the number so named.
"""

import re
from collections.abc import Iterator

from nanoward.tuning.nonmem.control_stream import ControlStream

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"
_ITEM = re.compile(
    rf"(?:([A-Z_]\w*)\s*=\s*)?(?:\(([^()]*)\)(?:\s*X\s*(\d+))?|({_NUMBER}))", re.IGNORECASE
)
_KINDS = {"THETA": ("THETA",), "OMEGA": ("ETA",), "SIGMA": ("EPS", "ERR")}


def named_effects(stream: ControlStream) -> dict[str, str]:
    """THETA(CL) to THETA(1), ETA(CL) to ETA(1), EPS and ERR likewise."""
    found: dict[str, str] = {}
    for record, words in _KINDS.items():
        for place, name in enumerate(_names(stream, record), start=1):
            if name:
                found.update({f"{one}({name})": f"{one}({place})" for one in words})
    return found


def _names(stream: ControlStream, record: str) -> Iterator[str]:
    """The name of each in order, "" where it has none."""
    for one in stream.all(record):
        text = " ".join(one.text.upper().split())
        listed = re.search(r"NAMES\s*\(([^()]*)\)", text)
        names = re.split(r"[\s,]+", listed[1].strip()) if listed else []
        text = re.sub(r"NAMES\s*\([^()]*\)", " ", text)
        block = re.search(r"BLOCK\s*\(\s*(\d+)\s*\)", text)
        same = re.search(r"SAME(?:\s*\(\s*(\d+)\s*\))?", text)
        text = re.sub(r"(BLOCK|DIAG\w*|SAME|VALUES)\s*\([^()]*\)", " ", text)
        own = names or [each[0] or "" for each in _items(text)]
        if block and record != "THETA":
            size = int(block[1]) * (int(same[1] or 1) if same else 1)
            own = [name for name in own if name]
            yield from [*own, *[""] * size][:size]
        else:
            yield from own


def _items(text: str) -> Iterator[tuple[str, str]]:
    for one in _ITEM.finditer(text):
        for _ in range(int(one[3] or 1)):
            yield one[1] or "", one[2] or one[4]
