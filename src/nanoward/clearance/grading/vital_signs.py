"""Vital signs and heart intervals as grades: which numbers a published table puts a grade to.

Sources: NCI, Common Terminology Criteria for Adverse Events v4.03 (14 June 2010) and v5.0 (27
November 2017): hypertension in adults, fever, hypothermia, weight and QTc are graded by
numbers there. Pulse, low blood pressure and breathing are not; for them the numbers are those
of FDA 2007, Guidance for Industry: Toxicity Grading Scale for Healthy Adult and Adolescent
Volunteers Enrolled in Preventive Vaccine Clinical Trials, table of vital signs (at rest).

What a single reading cannot show is left out and said in the rule's remark: fever above 40 C
for more than a day (grade 4), symptoms, treatment, several electrocardiograms.
"""

from dataclasses import replace
from typing import Literal

import polars as pl

from nanoward.clearance.grading.published_table import PUBLISHED
from nanoward.clearance.grading.rule_types import Comparison, Rule, RuleTable, Scale, Step
from nanoward.clearance.grading.table_versions import UnknownTableError
from nanoward.clearance.sdtm.lab_results import results_of

_FDA = "FDA 2007, Toxicity Grading Scale for Healthy Volunteers, vital signs"
_ADULT = "for adults; treatment and symptoms, which a reading cannot show, may raise it"
_PRESSURE, _RATE, _HEAT, _TIME = "mm[Hg]", "/min", "Cel", "ms"


def _reach(comparison: Comparison, *limits: float, first: int = 1) -> tuple[Step, ...]:
    return tuple(
        Step(grade=grade, comparison=comparison, factor=limit)
        for grade, limit in enumerate(limits, first)
    )


def _rule(
    term: str,
    direction: Literal["low", "high"],
    tests: tuple[str, ...],
    unit: str,
    *steps: Step,
    citation: str = _FDA,
    remark: str = "at rest",
) -> Rule:
    scale = Scale(unit=unit, steps=steps)
    return Rule(
        term=term,
        direction=direction,
        tests=tests,
        scales=(scale,),
        citation=citation,
        remark=remark,
    )


def _of_baseline(comparison: Comparison, *factors: float) -> tuple[Step, ...]:
    return tuple(
        Step(grade=grade, comparison=comparison, factor=factor, of="base")
        for grade, factor in enumerate(factors, 1)
    )


_CTCAE = "CTCAE v5.0 (NCI 2017), "
_QTC = ("QTCF", "QTCB", "QTCAG", "QTC")
_LONGER = Step(grade=3, comparison=">", factor=1, of="base", plus=60)
_RULES = (
    _rule(
        "Hypertension",
        "high",
        ("SYSBP",),
        _PRESSURE,
        *_reach(">=", 120, 140, 160),
        citation=f"{_CTCAE}Vascular disorders",
        remark=_ADULT,
    ),
    _rule(
        "Hypertension",
        "high",
        ("DIABP",),
        _PRESSURE,
        *_reach(">=", 80, 90, 100),
        citation=f"{_CTCAE}Vascular disorders",
        remark=_ADULT,
    ),
    _rule("Hypotension", "low", ("SYSBP",), _PRESSURE, *_reach("<", 90, 85, 80)),
    _rule("Tachycardia", "high", ("PULSE", "HR"), _RATE, *_reach(">", 100, 115, 130)),
    _rule("Bradycardia", "low", ("PULSE", "HR"), _RATE, *_reach("<", 55, 50, 45)),
    _rule("Respiratory rate increased", "high", ("RESP",), _RATE, *_reach(">", 16, 20, 25)),
    _rule(
        "Fever",
        "high",
        ("TEMP",),
        _HEAT,
        Step(grade=1, comparison=">=", factor=38),
        *_reach(">", 39, 40, first=2),
        citation=f"{_CTCAE}General disorders and administration site conditions",
        remark="above 40 C for more than 24 hours is grade 4; one reading proves grade 3",
    ),
    _rule(
        "Hypothermia",
        "low",
        ("TEMP",),
        _HEAT,
        *_reach("<=", 35, 32, 28, first=2),
        citation=f"{_CTCAE}General disorders and administration site conditions",
        remark="there is no grade 1",
    ),
    _rule(
        "Weight loss",
        "low",
        ("WEIGHT",),
        "",
        *_of_baseline("<=", 0.95, 0.9, 0.8),
        citation=f"{_CTCAE}Investigations",
        remark="tube feeding is grade 3 whatever the weight",
    ),
    _rule(
        "Weight gain",
        "high",
        ("WEIGHT",),
        "",
        *_of_baseline(">=", 1.05, 1.1, 1.2),
        citation=f"{_CTCAE}Investigations",
        remark="",
    ),
    _rule(
        "Electrocardiogram QT corrected interval prolonged",
        "high",
        _QTC,
        _TIME,
        Step(grade=1, comparison=">=", factor=450),
        *_reach(">", 480, 500, first=2),
        _LONGER,
        citation=f"{_CTCAE}Investigations",
        remark="the mean of the day; an arrhythmia is grade 4",
    ),
)


def _older(rule: Rule) -> Rule:
    """The row of version 4.03: a rise of more than 60 ms proves no grade there by itself."""
    (scale,) = rule.scales
    kept = tuple(one for one in scale.steps if one != _LONGER)
    citation = rule.citation.replace("v5.0 (NCI 2017)", "v4.03 (NCI 2010)")
    return replace(rule, scales=(replace(scale, steps=kept),), citation=citation)


_TITLE = "NCI, Common Terminology Criteria for Adverse Events; FDA 2007, Toxicity Grading Scale"
VITALS_V5 = RuleTable(name="vital signs", version="5.0", citation=_TITLE, rules=_RULES)
VITALS_V4 = RuleTable(
    name="vital signs",
    version="4.03",
    citation=_TITLE,
    rules=tuple(_older(one) for one in _RULES),
)
VITALS_V6 = replace(
    VITALS_V5,
    version="6.0",
    citation=f"{_TITLE}; the rows of version 5.0, because those of 6.0 could not be checked",
)


def vitals_of_version(version: str) -> RuleTable:
    """The rules of vital signs that go with a version of the table of laboratory results."""
    found = PUBLISHED.get(version)
    if found is None or found.vital_signs is None:
        raise UnknownTableError(f"there is no table of vital signs of version {version!r}")
    return found.vital_signs()


def vital_results_of(
    vs: pl.DataFrame, eg: pl.DataFrame | None = None, first_doses: pl.DataFrame | None = None
) -> pl.DataFrame:
    """VS and EG rows as `grade_results` takes them; units as UCUM writes them.

    A corrected QT counts by its mean over the day: CTCAE grades the average.
    """
    parts = [_renamed(vs, "VS")]
    if eg is not None and eg.height:
        parts.append(_averaged(_renamed(eg, "EG")))
    rows = _in_ucum(pl.concat(parts, how="diagonal_relaxed"))
    return results_of(rows, first_doses)


_NAMES = (
    *("SEQ", "TESTCD", "STRESN", "STRESC", "STRESU", "ORRES", "ORRESU", "DTC", "BLFL"),
    *("STAT", "LOBXFL"),
)


def _renamed(table: pl.DataFrame, domain: str) -> pl.DataFrame:
    found = [name for name in _NAMES if f"{domain}{name}" in table.columns]
    return table.select("USUBJID", *(pl.col(f"{domain}{n}").alias(f"LB{n}") for n in found))


def _averaged(eg: pl.DataFrame) -> pl.DataFrame:
    """Corrected intervals, one row per person, test and day: the first, with the day's mean."""
    if not {"LBTESTCD", "LBSTRESN", "LBDTC"} <= set(eg.columns):
        return eg.head(0)
    day = pl.col("LBDTC").cast(pl.String).str.slice(0, 10).alias("LBDTC")
    rows = eg.filter(pl.col("LBTESTCD").is_in(_QTC)).with_columns(day)
    others = [name for name in rows.columns if name not in ("USUBJID", "LBTESTCD", "LBDTC")]
    return rows.group_by("USUBJID", "LBTESTCD", "LBDTC", maintain_order=True).agg(
        pl.col("LBSTRESN").mean() if name == "LBSTRESN" else pl.col(name).first()
        for name in others
        if name != "LBSTRESC"
    )


_SPELLINGS = {
    "MMHG": _PRESSURE,
    "MM HG": _PRESSURE,
    "MM[HG]": _PRESSURE,
    "BEATS/MIN": _RATE,
    "BREATHS/MIN": _RATE,
    "BPM": _RATE,
    "/MIN": _RATE,
    "{BEATS}/MIN": _RATE,
    "{BREATHS}/MIN": _RATE,
    "C": _HEAT,
    "°C": _HEAT,
    "DEGC": _HEAT,
    "CEL": _HEAT,
    "MSEC": _TIME,
    "MS": _TIME,
}
_FAHRENHEIT = ("F", "°F", "DEGF", "[DEGF]")


def _in_ucum(rows: pl.DataFrame) -> pl.DataFrame:
    """Spellings of CDISC as UCUM; degrees Fahrenheit as degrees Celsius."""
    if not {"LBSTRESU", "LBSTRESN"} <= set(rows.columns):
        return rows
    unit = pl.col("LBSTRESU").cast(pl.String).str.strip_chars()
    upper = unit.str.to_uppercase()
    is_f = upper.is_in(_FAHRENHEIT).fill_null(value=False)
    value = pl.col("LBSTRESN").cast(pl.Float64)
    celsius = ((value - 32) / 1.8).round(6)
    return rows.with_columns(
        LBSTRESN=pl.when(is_f).then(celsius).otherwise(value),
        LBSTRESU=pl.when(is_f)
        .then(pl.lit(_HEAT))
        .otherwise(upper.replace_strict(_SPELLINGS, default=unit)),
        **({"LBSTRESC": pl.when(~is_f).then("LBSTRESC")} if "LBSTRESC" in rows.columns else {}),
    )
