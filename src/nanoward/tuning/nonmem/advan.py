"""The compartments that NONMEM's ADVAN routines stand for, as differential equations.

NONMEM Users Guide VI (PREDPP), chapters on ADVAN1 to ADVAN14 and TRANS1 to TRANS6: which rate
constants each takes, from which parameters, and which compartment is observed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nanoward.tuning.nonmem.control_stream import ControlStream

RATES: Mapping[tuple[int, int], Mapping[str, str]] = {
    (1, 1): {"K10": "K"},
    (1, 2): {"K10": "CL / V"},
    (2, 1): {"KA": "KA", "K20": "K"},
    (2, 2): {"KA": "KA", "K20": "CL / V"},
    (3, 1): {"K10": "K", "K12": "K12", "K21": "K21"},
    (3, 3): {"K10": "CL / V", "K12": "Q / V", "K21": "Q / (VSS - V)"},
    (3, 4): {"K10": "CL / V1", "K12": "Q / V1", "K21": "Q / V2"},
    (4, 1): {"KA": "KA", "K20": "K", "K23": "K23", "K32": "K32"},
    (4, 3): {"KA": "KA", "K20": "CL / V", "K23": "Q / V", "K32": "Q / (VSS - V)"},
    (4, 4): {"KA": "KA", "K20": "CL / V2", "K23": "Q / V2", "K32": "Q / V3"},
    (11, 1): {"K10": "K", "K12": "K12", "K21": "K21", "K13": "K13", "K31": "K31"},
    (11, 4): {"K10": "CL / V1", "K12": "Q2 / V1", "K21": "Q2 / V2", "K13": "Q3 / V1",
              "K31": "Q3 / V3"},
    (12, 1): {"KA": "KA", "K20": "K", "K23": "K23", "K32": "K32", "K24": "K24", "K42": "K42"},
    (12, 4): {"KA": "KA", "K20": "CL / V2", "K23": "Q3 / V2", "K32": "Q3 / V3",
              "K24": "Q4 / V2", "K42": "Q4 / V4"},
    (10, 1): {},
}  # fmt: skip
COMPARTMENTS: Mapping[int, tuple[str, ...]] = {
    1: ("central",), 2: ("depot", "central"), 3: ("central", "peripheral"),
    4: ("depot", "central", "peripheral"), 10: ("central",),
    11: ("central", "peripheral", "deep"), 12: ("depot", "central", "peripheral", "deep"),
}  # fmt: skip
LINEAR = (5, 7)  # by rate constants Kij or KiTj of $PK
GENERAL = (6, 8, 9, 13, 14, 15, 16, 18)  # by $DES


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinetics:
    """advan, trans; names of compartments in order; observed: the place that F means;
    slopes: of each compartment over A1, A2 ... and parameters; empty where $DES has them."""

    advan: int
    trans: int
    names: tuple[str, ...]
    observed: int
    slopes: tuple[str, ...] = ()


def kinetics_of(stream: ControlStream) -> Kinetics:
    """What $SUBROUTINES and $MODEL say."""
    records = stream.all("SUBROUTINES")
    if not records:
        raise stream.fault(None, "has neither $PRED nor $SUBROUTINES")
    text, line = records[0].text.upper(), records[0].line
    advan = re.search(r"ADVAN\s*=?\s*(\d+)", text)
    if advan is None:
        raise stream.fault(line, "$SUBROUTINES names no ADVAN")
    number = int(advan[1])
    trans = re.search(r"TRANS\s*=?\s*(\d+)", text)
    kind = int(trans[1]) if trans else 1
    if number in (*LINEAR, *GENERAL):
        names, observed = _named(stream)
        return Kinetics(advan=number, trans=kind, names=names, observed=observed)
    if (number, kind) not in RATES:
        known = ", ".join(f"ADVAN{a} TRANS{t}" for a, t in RATES)
        raise stream.fault(
            line,
            f"ADVAN{number} TRANS{kind} is not offered",
            f"Write the equations under $DES with ADVAN13; offered without them are {known}.",
        )
    names = COMPARTMENTS[number]
    return Kinetics(
        advan=number,
        trans=kind,
        names=names,
        observed=names.index("central"),
        slopes=_slopes(number, RATES[number, kind]),
    )


def _slopes(advan: int, rates: Mapping[str, str]) -> tuple[str, ...]:
    """Flows between compartments, from rate constants Kij (0: out of the body)."""
    size = len(COMPARTMENTS[advan])
    if advan == 10:
        return ("-VM * A1 / (KM + A1)",)
    parts: list[list[str]] = [[] for _ in range(size)]
    for name, formula in rates.items():
        start, end = (1, 2) if name == "KA" else (int(name[1]), int(name[2]))
        flow = f"({formula}) * A{start}"
        parts[start - 1].append(f"- {flow}")
        if end:
            parts[end - 1].append(f"+ {flow}")
    return tuple(" ".join(one).removeprefix("+ ") for one in parts)


def linear_slopes(names: Sequence[str], parameters: Iterable[str]) -> tuple[str, ...]:
    """Flows of ADVAN5 and ADVAN7, from the rate constants that $PK gives: K12, K1T2, K20.

    0, and the number behind the last compartment, are out of the body.
    """
    size = len(names)
    parts: list[list[str]] = [[] for _ in names]
    for name in parameters:
        told = re.fullmatch(r"K(\d)(\d)", name) or re.fullmatch(r"K(\d+)T(\d+)", name)
        if told is None or not 1 <= int(told[1]) <= size:
            continue
        start, end = int(told[1]), int(told[2])
        parts[start - 1].append(f"- {name} * A{start}")
        if 1 <= end <= size:
            parts[end - 1].append(f"+ {name} * A{start}")
    return tuple(" ".join(one).removeprefix("+ ") or "0" for one in parts)


def _named(stream: ControlStream) -> tuple[tuple[str, ...], int]:
    """Names of $MODEL's compartments, and which is observed where nothing else is said."""
    records = stream.all("MODEL")
    told = []
    for record in records:
        told += re.findall(
            r"\bCOMP\w*\s*=?\s*\(?\s*([A-Za-z_]\w*)([^)\n]*)\)?", record.text, re.I
        )
    told = [
        (name, rest) for name, rest in told if name.upper() not in ("NCOMP", "NCOMPARTMENTS")
    ]
    count = re.search(r"NCOMP\w*\s*=?\s*(\d+)", " ".join(one.text for one in records), re.I)
    size = int(count[1]) if count else 0
    told += [(f"comp{place + 1}", "") for place in range(len(told), size)]
    if not told:
        line = records[0].line if records else None
        raise stream.fault(line, "$MODEL names no compartment, as COMP=(CENTRAL)")
    marked = [place for place, (_, rest) in enumerate(told) if "DEFOBS" in rest.upper()]
    central = [place for place, (name, _) in enumerate(told) if name.upper() == "CENTRAL"]
    return tuple(name.lower() for name, _ in told), (marked + central + [0])[0]
