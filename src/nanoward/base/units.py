"""Units of measurement: a small part of UCUM, with dimensions and molar conversions.

A unit that is not understood gives an UnknownUnit, never a guess: "G/L" may mean gram, gauss
or giga per litre, so it is unknown. Prefixes stop at those that laboratories use (no mega
or giga), so that "Mg/dL" cannot pass for a milligram.

Source: The Unified Code for Units of Measure, version 2.2 (https://ucum.org), sections 2 to 4;
laboratories' spellings (K/uL, GI/L, mcmol/L, g%) are read by unit_spellings.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from nanoward.base.unit_spellings import ucum_of

DIMENSIONS = (
    *("length", "mass", "time", "amount", "equivalents", "arbitrary", "pressure"),
    "temperature",
)
Powers = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit as a multiple of metre, gram, second, mole, equivalent, [iU], pascal, Celsius."""

    text: str
    factor: float
    powers: Powers


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownUnit:
    """Why a text is not used as a unit, or why one unit cannot become another."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """What turns mass into amount, and amount into equivalents.

    molar_mass   g/mol; None where no conversion is agreed
    valence      equivalents per mole; None where there is none
    is_enzyme    its international unit is the enzyme unit, 1 umol/min
    source       where the molar mass comes from, and of which entity
    """

    name: str
    molar_mass: float | None = None
    valence: int | None = None
    is_enzyme: bool = False
    source: str = ""


def _powers(**given: int) -> Powers:
    return tuple(given.get(name, 0) for name in DIMENSIONS)


_NONE = _powers()
_PREFIXES = {"k": 1e3, "": 1.0, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_PREFIXES |= {"p": 1e-12, "f": 1e-15}
_METRIC: Mapping[str, tuple[float, Powers]] = {
    "m": (1.0, _powers(length=1)),
    "g": (1.0, _powers(mass=1)),
    "s": (1.0, _powers(time=1)),
    "mol": (1.0, _powers(amount=1)),
    "L": (1e-3, _powers(length=3)),
    "l": (1e-3, _powers(length=3)),
    "eq": (1.0, _powers(equivalents=1)),
    "Eq": (1.0, _powers(equivalents=1)),
    "U": (1e-6 / 60, _powers(amount=1, time=-1)),  # 1 umol/min
    "kat": (1.0, _powers(amount=1, time=-1)),
    "[iU]": (1.0, _powers(arbitrary=1)),
    "[IU]": (1.0, _powers(arbitrary=1)),
    "IU": (1.0, _powers(arbitrary=1)),
    "Pa": (1.0, _powers(pressure=1)),
    "m[Hg]": (133_322.387_415, _powers(pressure=1)),  # so that mm[Hg] is one millimetre
}
_FIXED: Mapping[str, tuple[float, Powers]] = {
    "1": (1.0, _NONE),
    "%": (1e-2, _NONE),
    "[pH]": (1.0, _powers()),
    "min": (60.0, _powers(time=1)),
    "h": (3600.0, _powers(time=1)),
    "d": (86400.0, _powers(time=1)),
    "wk": (604800.0, _powers(time=1)),
    "Cel": (1.0, _powers(temperature=1)),  # by itself alone: no factor leads to [degF]
    "mmHg": (133.322_387_415, _powers(pressure=1)),
}
_COMPONENT = re.compile(r"^(?P<body>.*?)(?P<power>-?\d+)?$")
_TEN = re.compile(r"^10[*^](?P<power>-?\d+)$")
_ANNOTATION = re.compile(r"\{[^}]*\}")


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | UnknownUnit:
    """Read "mg/dL", "10*9/L", "U/L", "K/uL" ...; UnknownUnit for anything else."""
    found = _ucum(text)
    spelled = ucum_of(text) if isinstance(found, UnknownUnit) else text
    return found if spelled == text else replace(_ucum(spelled), text=text)


def _ucum(text: str) -> Unit | UnknownUnit:
    plain = _ANNOTATION.sub("", text.strip().replace("µ", "u").replace("μ", "u"))
    if not plain or " " in plain:
        return UnknownUnit(text=text, reason="no unit" if not plain else "not a UCUM unit")
    factor, powers, sign = 1.0, _NONE, 1
    for part in re.split(r"([./])", plain):
        if part in (".", "/"):
            sign = -1 if part == "/" else 1
        elif part or sign < 0:
            found = _component(part)
            if found is None:
                return UnknownUnit(text=text, reason=f"{part or plain!r} is not a known unit")
            factor *= found[0] ** sign
            powers = _sum(powers, found[1], sign)
    return Unit(text=text, factor=factor, powers=powers)


def _component(text: str) -> tuple[float, Powers] | None:
    ten = _TEN.match(text)
    if ten:
        return 10.0 ** int(ten["power"]), _NONE
    simple = _simple(text)
    if simple is not None:
        return simple
    found = _COMPONENT.match(text)
    body = _simple(found["body"]) if found and found["power"] else None
    if found is None or body is None or body == (1.0, _NONE):
        return None
    power = int(found["power"])
    return body[0] ** power, tuple(power * one for one in body[1])


def _simple(text: str) -> tuple[float, Powers] | None:
    if text in _FIXED:
        return _FIXED[text]
    for prefix, scale in _PREFIXES.items():
        body = _METRIC.get(text.removeprefix(prefix)) if text.startswith(prefix) else None
        if body is not None:
            return scale * body[0], body[1]
    return None


def _sum(left: Powers, right: Powers, sign: int) -> Powers:
    return tuple(a + sign * b for a, b in zip(left, right, strict=True))


@lru_cache(maxsize=4096)
def conversion(source: str, target: str, analyte: Analyte | None = None) -> float | UnknownUnit:
    """What to multiply a number in `source` by to have it in `target`.

    Mass and amount (g/L, mol/L) convert by the analyte's molar mass, equivalents by its
    valence, and international units of an enzyme are its enzyme units. UnknownUnit where a
    unit is not understood or the two do not measure the same thing.
    """
    given, wanted = unit_of(source), unit_of(target)
    if isinstance(given, UnknownUnit):
        return given
    if isinstance(wanted, UnknownUnit):
        return wanted
    given, wanted = _as_amount(given, analyte), _as_amount(wanted, analyte)
    if given.powers != wanted.powers:
        what = f" of {analyte.name}" if analyte else ""
        return UnknownUnit(text=source, reason=f"{source} cannot be turned into {target}{what}")
    return given.factor / wanted.factor


def same_dimension(source: str, target: str) -> bool:
    """Whether both are understood and convert without knowing the analyte."""
    given, wanted = unit_of(source), unit_of(target)
    return (
        isinstance(given, Unit) and isinstance(wanted, Unit) and given.powers == wanted.powers
    )


def _as_amount(unit: Unit, analyte: Analyte | None) -> Unit:
    """The unit with mass, equivalents and enzyme units told as moles, where that is known."""
    if analyte is None:
        return unit
    by_name = dict(zip(DIMENSIONS, unit.powers, strict=True))
    factor = unit.factor
    if analyte.is_enzyme and by_name["arbitrary"]:
        power = by_name["arbitrary"]
        factor *= (1e-6 / 60) ** power
        by_name |= {"arbitrary": 0, "amount": by_name["amount"] + power}
        by_name["time"] -= power
    for name, per_mole in (("mass", analyte.molar_mass), ("equivalents", analyte.valence)):
        power = by_name[name]
        if per_mole and power and not by_name["amount"]:
            factor /= per_mole**power
            by_name |= {name: 0, "amount": power}
    return Unit(text=unit.text, factor=factor, powers=tuple(by_name[n] for n in DIMENSIONS))


_ATOMS = "standard atomic weights, IUPAC 2021 abridged (Prohaska et al. 2022)"
ANALYTES: Mapping[str, Analyte] = {
    one.name: one
    for one in (
        Analyte(name="sodium", molar_mass=22.990, valence=1, source=_ATOMS),
        Analyte(name="potassium", molar_mass=39.098, valence=1, source=_ATOMS),
        Analyte(name="chloride", molar_mass=35.45, valence=1, source=_ATOMS),
        Analyte(name="calcium", molar_mass=40.078, valence=2, source=_ATOMS),
        Analyte(name="magnesium", molar_mass=24.305, valence=2, source=_ATOMS),
        Analyte(name="phosphate", molar_mass=30.974, source=f"as phosphorus; {_ATOMS}"),
        Analyte(name="bicarbonate", molar_mass=61.017, valence=1, source=f"HCO3-; {_ATOMS}"),
        Analyte(name="glucose", molar_mass=180.16, source=f"C6H12O6; {_ATOMS}"),
        Analyte(name="creatinine", molar_mass=113.12, source=f"C4H7N3O; {_ATOMS}"),
        Analyte(name="bilirubin", molar_mass=584.67, source=f"C33H36N4O6; {_ATOMS}"),
        Analyte(name="cholesterol", molar_mass=386.66, source=f"C27H46O; {_ATOMS}"),
        Analyte(
            name="triglycerides",
            molar_mass=885.4,
            source="as triolein, C57H104O6 (NHANES: 1 mg/dL is 0.01129 mmol/L)",
        ),
        Analyte(name="urate", molar_mass=168.11, source=f"as uric acid, C5H4N4O3; {_ATOMS}"),
        Analyte(
            name="haemoglobin",
            molar_mass=16_114.0,
            source="per haem iron, monomer (ICSH/IFCC: Zwart et al. 1996, Eur J Haematol 57)",
        ),
        *(
            Analyte(name=name, is_enzyme=True, source="1 U = 1 umol/min (UCUM)")
            for name in (
                "alanine aminotransferase",
                "aspartate aminotransferase",
                "alkaline phosphatase",
                "gamma-glutamyl transferase",
                "creatine kinase",
                "lactate dehydrogenase",
                "amylase",
                "lipase",
            )
        ),
    )
}
