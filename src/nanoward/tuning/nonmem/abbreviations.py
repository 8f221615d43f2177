"""Other names for the same thing in a control stream: $ABBR REPLACE, and synonyms of $INPUT.

NONMEM Users Guide IV (NM-TRAN): $ABBR REPLACE A=B writes B wherever A stands in the code, also
for lists, THETA(CL, V)=THETA(1, 2); $INPUT A=B gives one data item two names, =DROP takes it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from nanoward.tuning.nonmem.control_stream import ControlRecord, ControlStream
from nanoward.tuning.nonmem.effect_names import named_effects

CODE = ("PK", "DES", "ERROR", "PRED", "AES")
RESERVED = frozenset(
    ("ID", "TIME", "DATE", "DAT1", "DAT2", "DAT3", "DV", "AMT", "EVID", "MDV", "CMT", "RATE",
     "SS", "II", "ADDL", "DVID", "L2", "CENS", "OCC")
)  # fmt: skip
_HARMLESS = ("DERIV2", "COMRES", "COMSAV", "PROTECT", "FASTDER", "NOFASTDER", "CHECKMU")
_PAIR = re.compile(
    r"([A-Za-z_]\w*\s*(?:\([^()]*\))?)\s*=\s*([A-Za-z_0-9]\w*\s*(?:\([^()]*\))?)"
)


def with_replacements(stream: ControlStream) -> ControlStream:
    """The stream whose code uses one name for each thing."""
    pairs = {**named_effects(stream), **_replacements(stream), **_synonyms(stream)}
    if not pairs:
        return stream
    return replace(
        stream,
        records=tuple(
            _replaced(one, pairs) if one.name in CODE else one for one in stream.records
        ),
    )


def input_items(stream: ControlStream) -> list[tuple[str, str, bool]]:
    """Data items of $INPUT in order: name, synonym ("" without), and whether it is dropped."""
    found = []
    for record in stream.all("INPUT"):
        for word in re.sub(r"\s*=\s*", "=", record.text.upper()).replace(",", " ").split():
            names = [one for one in word.split("=") if one not in ("DROP", "SKIP")]
            dropped = any(one in ("DROP", "SKIP") for one in word.split("="))
            names = sorted(names, key=lambda one: one not in RESERVED)  # the reserved one first
            found.append(
                (names[0] if names else "", names[1] if len(names) > 1 else "", dropped)
            )
    return found


def _synonyms(stream: ControlStream) -> dict[str, str]:
    return {
        other: name for name, other, dropped in input_items(stream) if other and not dropped
    }


def _replacements(stream: ControlStream) -> dict[str, str]:
    found: dict[str, str] = {}
    for record in stream.all("ABBREVIATED"):
        text = " ".join(record.text.split())
        word = text.split("=")[0].split()[0].upper() if text.split() else ""
        if any(word.startswith(one) for one in _HARMLESS):
            continue
        if not word.startswith("REPL"):
            raise stream.fault(record.line, f"$ABBR {word} is not offered")
        for left, right in _PAIR.findall(re.sub(r"^REPL\w*\s*", "", text, flags=re.I)):
            found.update(_pairs(stream, record, left, right))
        if not found:
            raise stream.fault(record.line, f"$ABBR {text!r} is not understood")
    return found


def _pairs(
    stream: ControlStream, record: ControlRecord, left: str, right: str
) -> dict[str, str]:
    """A=B, or each of A(a, b)=B(1, 2)."""
    lefts, rights = _listed(left), _listed(right)
    if len(lefts) == 1 < len(rights) and (item := _item_of(stream, lefts[0])):
        terms = [f"{one}*({item}.EQ.{at})" for at, one in enumerate(rights, start=1)]
        return {lefts[0]: f"({'+'.join(terms)})"}
    if len(lefts) != len(rights):
        raise stream.fault(
            record.line, f"$ABBR REPLACE {left}={right}: lists of two lengths are not offered"
        )
    return dict(zip(lefts, rights, strict=True))


def _item_of(stream: ControlStream, left: str) -> str:
    """OCC of ETA(OCC_CL): the data item by which one of several is taken; "" where none is."""
    told = re.fullmatch(r"\w+\((\w+?)_\w+\)", left)
    items = {one for name, other, _ in input_items(stream) for one in (name, other)}
    return told[1] if told and told[1] in items else ""


def _listed(text: str) -> list[str]:
    told = re.fullmatch(r"(\w+)\s*\(([^()]*)\)", text.strip())
    if told is None:
        return [text.strip().upper()]
    return [f"{told[1]}({one.strip()})".upper() for one in told[2].split(",")]


def _replaced(record: ControlRecord, pairs: Mapping[str, str]) -> ControlRecord:
    lines = []
    for number, text in record.lines:
        changed = text.upper()
        for old, new in sorted(pairs.items(), key=lambda one: -len(one[0])):
            form = re.escape(old).replace(r"\(", r"\s*\(\s*").replace(r"\)", r"\s*\)")
            changed = re.sub(rf"(?<![\w.]){form}(?!\w)", new, changed)
        lines.append((number, changed))
    return replace(record, lines=tuple(lines))
