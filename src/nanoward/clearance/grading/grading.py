"""Laboratory results to toxicity grades, by a table of rules; each with its reason.

The logic has three values. A step of a rule holds, fails, or cannot be told (a limit or the
baseline is missing, or the result is known only as a bound such as "< 0.2"). A result has a
grade when no step that would prove a higher grade is undecided; otherwise the grade is null,
`at_least` says what is proven all the same, and the reason names what is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.base.units import ANALYTES, UnknownUnit, conversion, same_dimension
from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

EQUAL_WITHIN = 1e-11  # numbers that agree to 11 significant digits are equal
_UNIT = "not gradable for its unit: "
_COLUMNS = (
    *("participant", "sequence", "test", "taken", "value", "unit", "low", "high"),
    *("doubt", "blood"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """The columns that grading computes with, as arrays over S results; missing is NaN."""

    least: Floats
    most: Floats
    low: Floats
    high: Floats
    base: Floats
    base_low: Bools
    base_high: Bools
    base_normal: Bools
    before: Bools
    fasting: Bools
    unit: Ints
    base_unit: Ints
    units: list[str]

    def at(self, rows: Ints) -> "_Results":
        picked = {name: getattr(self, name)[rows] for name in self.__slots__ if name != "units"}
        return _Results(units=self.units, **picked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graded:
    """Part of the answer: rows of the input, and codes into a short list of reasons."""

    rows: Ints
    rule: Rule | None
    grade: Ints  # -1: not gradable
    at_least: Ints
    reason: Ints
    reasons: list[str]


def grade_results(
    results: pl.DataFrame, table: RuleTable, *, assume_symptoms: bool = False
) -> pl.DataFrame:
    """A row per result and rule of its test, in the shape GRADES, with `at_least` added.

    results  one row per result: participant, sequence, test, taken, value, unit, low, high;
             least and most (bounds of the value, null where there is no result); base,
             base_unit, base_state (low, normal, high; null unknown); at_baseline (true for
             the baseline sample and those before it, which are graded by their own limits
             and never against themselves); blood (false for urine and the like); where
             they are told, fasting (true) and note (text, put behind the reason)
    assume_symptoms  take it that people have the symptoms that some steps ask for
    """
    arrays = _arrays(results)
    parts = [
        part
        for group in _rows_by_test(results)
        for part in _grade_test(group, arrays, table, assume_symptoms=assume_symptoms)
    ]
    return _as_table(results, parts)


def unconverted_units(grades: pl.DataFrame, *, domain: str = "LB") -> tuple[Finding, ...]:
    """A finding for each person, test and unit that kept results from being graded.

    domain  where the results stand, and their number: LB, VS
    """
    kept = grades.filter(pl.col("reason").str.starts_with(_UNIT)).with_columns(
        pl.col("unit").fill_null("")
    )
    counted = (
        kept.unique(["participant", "test", "unit", "sequence"])
        .group_by("participant", "test", "unit")
        .agg(pl.len(), pl.col("reason").min(), pl.col("sequence").min())
        .sort("participant", "test", "unit")
    )
    return tuple(
        Finding(
            code="CLR-030",
            severity="warning",
            message=f"{count} result(s) of {test} of {who} were not graded (the first"
            f" {domain}SEQ {first}): {reason.removeprefix(_UNIT)}",
            next_step="Write the unit as UCUM does (g/L, mmol/L, 10*9/L, U/L).",
            column=f"{domain}STRESU",
            subject=who,
            row=row_key(
                f"sdtm.{domain}",
                USUBJID=who,
                **{f"{domain}TESTCD": test, f"{domain}SEQ": first},
            ),
        )
        for who, test, _, count, reason, first in counted.iter_rows()
    )


def _arrays(results: pl.DataFrame) -> _Results:
    units = pl.concat([results["unit"], results["base_unit"]]).fill_null("").unique().sort()
    kind = pl.Enum(units)
    state = results["base_state"]
    return _Results(
        least=_floats(results["least"]),
        most=_floats(results["most"]),
        low=_floats(results["low"]),
        high=_floats(results["high"]),
        base=_floats(results["base"]),
        base_low=(state == "low").fill_null(value=False).to_numpy(),
        base_high=(state == "high").fill_null(value=False).to_numpy(),
        base_normal=(state == "normal").fill_null(value=False).to_numpy(),
        before=results["at_baseline"].fill_null(value=False).to_numpy(),
        fasting=_flags(results, "fasting"),
        unit=_codes(results["unit"], kind),
        base_unit=_codes(results["base_unit"], kind),
        units=units.to_list(),
    )


def _flags(results: pl.DataFrame, name: str) -> Bools:
    if name not in results.columns:
        return np.zeros(results.height, dtype=bool)
    return results[name].fill_null(value=False).to_numpy()


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _codes(column: pl.Series, kind: pl.Enum) -> Ints:
    return column.fill_null("").cast(kind).to_physical().cast(pl.Int64).to_numpy()


@dataclass(frozen=True, slots=True, kw_only=True)
class _TestRows:
    """Rows of one test; of blood, or of urine and the like."""

    test: str
    is_blood: bool
    rows: Ints


def _rows_by_test(results: pl.DataFrame) -> Iterator[_TestRows]:
    grouped = (
        results.select("test", pl.col("blood").fill_null(value=True))
        .with_row_index("row")
        .group_by("test", "blood", maintain_order=True)
        .agg(pl.col("row").cast(pl.Int64))
    )
    for place, (test, blood) in enumerate(grouped.select("test", "blood").iter_rows()):
        yield _TestRows(test=test, is_blood=blood, rows=grouped["row"][place].to_numpy())


def _grade_test(
    group: _TestRows,
    arrays: _Results,
    table: RuleTable,
    *,
    assume_symptoms: bool,
) -> Iterator[_Graded]:
    name, rows = group.test, group.rows
    rules = table.by_test.get(name, ()) if group.is_blood else ()
    if not rules:
        why = table.left_out.get(name) or f"{table.name} {table.version} grades no {name}"
        yield _refused(rows, None, why if group.is_blood else "not a blood sample")
        return
    if name in table.left_out:  # one direction is graded, of the other nothing is known
        yield _refused(rows, None, table.left_out[name])
    for rule in rules:
        yield from _grade_rule(rule, rows, arrays, assume_symptoms=assume_symptoms)


def _refused(rows: Ints, rule: Rule | None, why: str) -> _Graded:
    none = np.full(rows.size, -1, dtype=np.int64)
    zero = np.zeros(rows.size, dtype=np.int64)
    return _Graded(rows=rows, rule=rule, grade=none, at_least=zero, reason=zero, reasons=[why])


def _grade_rule(
    rule: Rule, rows: Ints, arrays: _Results, *, assume_symptoms: bool
) -> Iterator[_Graded]:
    """The rows of one rule, unit by unit: each unit has its scale and its factor."""
    unit = arrays.unit[rows]
    for code in np.unique(unit):
        here = rows[unit == code]
        scale, factor = scale_for(rule, arrays.units[code])
        if isinstance(factor, UnknownUnit):
            yield _refused(here, rule, _UNIT + factor.reason)
            continue
        picked = arrays.at(here)
        base = _base_in(scale, picked, arrays.units[code], rule)
        yield _grade_scale(
            rule,
            scale,
            here,
            _scaled(picked, factor, base),
            assume_symptoms=assume_symptoms,
        )


def scale_for(rule: Rule, unit: str) -> tuple[Scale, float | UnknownUnit]:
    """The scale printed for this kind of unit (else the first), and the factor into it.

    A ratio to the laboratory's own limits needs no unit: result and limits share theirs.
    """
    printed = [one for one in rule.scales if same_dimension(unit, one.unit)]
    scale = printed[0] if printed else rule.scales[0]
    if not scale.unit:
        return scale, 1.0
    return scale, conversion(unit, scale.unit, ANALYTES.get(rule.analyte))


def _base_in(scale: Scale, picked: _Results, unit: str, rule: Rule) -> Floats:
    """Baseline in the scale's unit (in the result's, where the scale is a ratio)."""
    base = np.full(picked.base.size, np.nan)
    target = scale.unit or unit
    for code in np.unique(picked.base_unit):
        there = picked.base_unit == code
        source = picked.units[code]
        factor = (
            1.0 if source == target else conversion(source, target, ANALYTES.get(rule.analyte))
        )
        if not isinstance(factor, UnknownUnit):
            base[there] = picked.base[there] * factor
    return base


def _scaled(picked: _Results, factor: float, base: Floats) -> _Results:
    changed = {
        name: getattr(picked, name) * factor for name in ("least", "most", "low", "high")
    }
    kept = {n: getattr(picked, n) for n in picked.__slots__ if n not in (*changed, "base")}
    return _Results(base=base, **changed, **kept)


def _grade_scale(
    rule: Rule, scale: Scale, rows: Ints, x: _Results, *, assume_symptoms: bool
) -> _Graded:
    grade = np.zeros(rows.size, dtype=np.int64)
    doubt = np.zeros(rows.size, dtype=np.int64)
    deciding = np.zeros(rows.size, dtype=np.int64)
    doubted = np.zeros(rows.size, dtype=np.int64)
    reasons = ["no limit is crossed", "not gradable: no result"]
    for step in scale.steps:
        if step.symptoms and not assume_symptoms:
            continue
        holds, fails, threshold = _tested(step, x, rule)
        higher = holds & (step.grade > grade)
        grade[higher], deciding[higher] = step.grade, len(reasons)
        reasons.append(step.told(scale.unit))
        unsure = ~holds & ~fails & (step.grade > doubt)
        doubt[unsure] = step.grade
        doubted[unsure] = len(reasons) + _what_is_missing(x, threshold)[unsure]
        reasons.extend(_undecided_reasons(step, scale))
    missing = np.isnan(x.least)
    open_ = (doubt > grade) | missing
    return _Graded(
        rows=rows,
        rule=rule,
        grade=np.where(open_, -1, grade),
        at_least=grade,
        reason=np.where(missing, 1, np.where(open_, doubted, deciding)),
        reasons=reasons,
    )


def _tested(step: Step, x: _Results, rule: Rule) -> tuple[Bools, Bools, Floats]:
    """Where the step surely holds, where it surely fails, and its threshold."""
    ones = np.ones(x.least.size)
    reference = {
        "number": ones,
        "uln": x.high,
        "lln": x.low,
        "base": x.base,
        "uln and base": np.maximum(x.high, x.base),
    }[step.of]
    threshold = step.factor * reference + step.plus
    holds, fails = _compared(step, x, threshold)
    if step.fasting:  # said of nobody who is not told to have fasted
        holds, fails = holds & x.fasting, fails | ~x.fasting
    if step.of == "base" and step.baseline == "abnormal":  # then a normal result is no worse
        fails = fails | (_is_normal(step, x, rule) & ~holds)
    if "base" in step.of:  # the baseline sample is not graded against itself
        holds, fails = holds & ~x.before, fails | x.before
    if step.baseline != "any":
        by_low = rule.direction == "low" or step.baseline in ("low", "not low")
        abnormal = x.base_low if by_low else x.base_high
        known = x.base_normal | x.base_high | x.base_low | x.before
        fits = (abnormal & ~x.before) == (step.baseline in ("abnormal", "low"))
        holds, fails = holds & known & fits, fails | (known & ~fits)
    return holds, fails, threshold


def _is_normal(step: Step, x: _Results, rule: Rule) -> Bools:
    """Within the limit of the rule's direction: no multiple of an abnormal baseline.

    A baseline beyond the upper limit, and more than one time of it, lies above that limit.
    """
    if rule.direction == "high" and step.factor >= 1 and step.plus >= 0:
        return x.most <= x.high
    if rule.direction == "low" and step.factor <= 1 and step.plus <= 0:
        return x.least >= x.low
    return np.zeros(x.most.size, dtype=bool)


def _compared(step: Step, x: _Results, threshold: Floats) -> tuple[Bools, Bools]:
    edge = np.abs(threshold) * EQUAL_WITHIN
    match step.comparison:
        case ">":
            return x.least > threshold + edge, x.most <= threshold + edge
        case ">=":
            return x.least >= threshold - edge, x.most < threshold - edge
        case "<":
            return x.most < threshold - edge, x.least >= threshold - edge
        case "<=":
            return x.most <= threshold + edge, x.least > threshold + edge


def _what_is_missing(x: _Results, threshold: Floats) -> Ints:
    """0: the limit itself; 1: the result is only a bound; 2: how the baseline was."""
    bound = x.least != x.most
    return np.where(np.isnan(threshold), 0, np.where(bound, 1, 2))


def _undecided_reasons(step: Step, scale: Scale) -> list[str]:
    would = f"grade {step.grade} is {step.told(scale.unit)}"
    what = {"uln": "no upper limit of normal", "lln": "no lower limit of normal"}
    missing = what.get(step.of, "no baseline")
    return [
        f"not gradable: {missing} ({would})",
        f"not gradable: the result is only a bound ({would})",
        f"not gradable: the baseline is not known to be normal ({would})",
    ]


def _as_table(results: pl.DataFrame, parts: list[_Graded]) -> pl.DataFrame:
    """All parts as one table, in the order of the results, then of the rules."""
    texts: list[str] = []
    terms: list[str] = []
    rows, grades, least, reasons, names = [], [], [], [], []
    for part in parts:
        rows.append(part.rows)
        grades.append(part.grade)
        least.append(part.at_least)
        reasons.append(part.reason + len(texts))
        names.append(np.full(part.rows.size, len(terms), dtype=np.int64))
        texts.extend(part.reasons)
        terms.append(part.rule.term if part.rule else "")
    directions = [part.rule.direction if part.rule else "" for part in parts]
    every = np.concatenate([*rows, np.empty(0, np.int64)])
    order = np.argsort(every, kind="stable")

    def _joined(pieces: list[Ints]) -> Ints:
        joined: Ints = np.concatenate([*pieces, np.empty(0, np.int64)])[order]
        return joined

    name = _joined(names)
    grade = pl.Series("grade", _joined(grades))
    columns = [name for name in _COLUMNS if name in results.columns]
    table = results.select(columns)[every[order]].with_columns(
        pl.Series("term", terms, dtype=pl.String).gather(name).alias("term"),
        pl.Series("direction", directions, dtype=pl.String).gather(name).alias("direction"),
        pl.when(grade >= 0).then(grade).alias("grade"),
        pl.Series("reason", texts, dtype=pl.String).gather(_joined(reasons)).alias("reason"),
        pl.Series("at_least", _joined(least)),
    )
    if "note" not in results.columns:
        return table
    note = pl.Series("note", results["note"].gather(every[order]))
    return table.with_columns(
        reason=pl.when(note.is_null())
        .then("reason")
        .otherwise(pl.col("reason") + "; " + note.fill_null(""))
    )
