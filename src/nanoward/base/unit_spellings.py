"""Laboratories' spellings of units as UCUM writes them: K/uL, x10E3/uL, GI/L, mcmol/L, g%.

A spelling that may mean two units is not read: "G/L" is gram, gauss or giga per litre, and a
capital M before a unit is mega in UCUM, so "Mg/dL" is no milligram. Sources: CDISC unit
codelist C71620 and its synonyms; LIVD and HL7 lists of units that laboratories print.
"""

import re
from collections.abc import Mapping

_SUPERSCRIPTS = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789"
)
_VOLUMES: Mapping[str, str] = {
    **dict.fromkeys(("ul", "mcl", "mm3", "mm^3", "mm*3", "cumm", "cmm", "cu mm"), "uL"),
    **dict.fromkeys(("ml", "cc", "cm3"), "mL"),
    **dict.fromkeys(("l", "liter", "litre", "ltr"), "L"),
    "dl": "dL",
}
_POWER = re.compile(r"^x?10(?:e|exp|\^|\*{1,2}|\()\+?(\d{1,2})\)?$")
_PLAIN_POWER = re.compile(r"^x10(\d{1,2})$")
_COUNTS: Mapping[str, str] = {
    **dict.fromkeys(("k", "th", "thou", "thous", "thousand", "tsd", "x1000"), "10*3"),
    **dict.fromkeys(("1000", "x103", "103"), "10*3"),
    **dict.fromkeys(("m", "mil", "mill", "million", "millions", "mio", "x106", "106"), "10*6"),
    **dict.fromkeys(("gi", "giga", "x109", "109", "bil", "billion"), "10*9"),
    **dict.fromkeys(("ti", "tera", "t", "x1012", "1012", "trillion"), "10*12"),
    **dict.fromkeys(("cells", "cell", "#", "no.", ""), ""),
}
_WHOLE: Mapping[str, str] = {
    **dict.fromkeys(("g%", "gm%", "gm/dl", "gms/dl", "gram/dl", "grams/dl", "g/100ml"), "g/dL"),
    **dict.fromkeys(("gr/dl", "g/dl", "gm/100ml", "g/100 ml"), "g/dL"),
    **dict.fromkeys(("mg%", "mgs/dl", "mg/100ml", "mg/dl", "mgm/dl", "mg/100 ml"), "mg/dL"),
    **dict.fromkeys(("gm/l", "gms/l", "grams/l"), "g/L"),
    **dict.fromkeys(("mcmol/l", "micromol/l", "umol/l", "umole/l", "micromole/l"), "umol/L"),
    **dict.fromkeys(("mmol/l", "mmole/l", "mmoles/l", "millimol/l", "mm/l"), "mmol/L"),
    **dict.fromkeys(("nmol/l", "nmole/l"), "nmol/L"),
    **dict.fromkeys(("pmol/l",), "pmol/L"),
    **dict.fromkeys(("mcg/dl", "ug/dl", "microg/dl"), "ug/dL"),
    **dict.fromkeys(("mcg/l", "ug/l"), "ug/L"),
    **dict.fromkeys(("mcg/ml", "ug/ml"), "ug/mL"),
    **dict.fromkeys(("ng/ml",), "ng/mL"),
    **dict.fromkeys(("ng/dl",), "ng/dL"),
    **dict.fromkeys(("ng/l",), "ng/L"),
    **dict.fromkeys(("pg/ml",), "pg/mL"),
    **dict.fromkeys(("meq/l", "mequiv/l", "mval/l"), "meq/L"),
    **dict.fromkeys(("iu/l", "i.u./l", "intl units/l", "[iu]/l"), "[iU]/L"),
    **dict.fromkeys(("u/l", "unit/l", "units/l", "un/l"), "U/L"),
    **dict.fromkeys(("miu/l", "miu/ml"), "m[iU]/L"),
    **dict.fromkeys(("ukat/l", "mckat/l", "\u00b5kat/l"), "ukat/L"),
    **dict.fromkeys(("nkat/l",), "nkat/L"),
    **dict.fromkeys(("mmhg", "mm hg", "mm[hg]"), "mm[Hg]"),
    **dict.fromkeys(("sec", "secs", "second", "seconds", "s."), "s"),
    **dict.fromkeys(("percent", "pct"), "%"),
}
_MEGA = re.compile(r"^M(g|mol|eq|L|l)")


def ucum_of(text: str) -> str:
    """A unit in UCUM's words where its spelling has one meaning; else as it is."""
    plain = text.strip().translate(_SUPERSCRIPTS).replace("\u00d7", "x").replace("\u03bc", "u")
    plain = plain.replace("\u00b5", "u").replace("\u2044", "/")
    if _MEGA.match(plain):
        return text
    word = re.sub(r"\s*([/^*])\s*", r"\1", plain.lower())
    if word in _WHOLE:
        return _WHOLE[word]
    number, slash, volume = word.replace(" ", "").rpartition("/")
    if not slash:
        return text
    volume = _VOLUMES.get(volume) or _VOLUMES.get(word.rpartition("/")[2].strip(), "")
    power = _POWER.match(number) or (_PLAIN_POWER.match(number) if volume else None)
    count = f"10*{int(power[1])}" if power else _COUNTS.get(number)
    if not volume or count is None:
        return text
    return f"{count}/{volume}"
