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
from nanoward.clearance.grading.result_arrays import (
    Bools,
    Floats,
    Ints,
    ResultArrays,
    ResultGroup,
    ScaledGroup,
)
from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step

Small = np.ndarray[tuple[int], np.dtype[np.int8]]
Codes = np.ndarray[tuple[int], np.dtype[np.uint16]]

EQUAL_WITHIN = 1e-11  # numbers that agree to 11 significant digits are equal
_UNIT = "not gradable for its unit: "
_COLUMNS = (
    *("participant", "sequence", "test", "taken", "value", "unit", "low", "high"),
    *("doubt", "blood"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graded:
    """Part of the answer: rows of the input, and codes into a short list of reasons.

    place  how many parts before it have the same rows
    """

    rows: Ints
    place: int
    rule: Rule | None
    grade: Small  # -1: not gradable
    at_least: Small
    reason: Codes
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
    parts = [
        part
        for group in _groups(results)
        for part in _grade_group(group, table, assume_symptoms=assume_symptoms)
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


def _groups(results: pl.DataFrame) -> Iterator[ResultGroup]:
    columns = ResultArrays(results)
    names = ("test", "blood", "unit", "base_unit")
    units = pl.col("unit", "base_unit").fill_null("")
    grouped = (
        results.select("test", pl.col("blood").fill_null(value=True), units)
        .with_row_index("row")
        .group_by(names, maintain_order=True)
        .agg("row")
    )
    for place, (test, blood, unit, base) in enumerate(grouped.select(names).iter_rows()):
        rows = grouped["row"][place].to_numpy().astype(np.int64)
        yield ResultGroup(
            test=test, is_blood=blood, unit=unit, base_unit=base, rows=rows, results=columns
        )


def _grade_group(
    group: ResultGroup, table: RuleTable, *, assume_symptoms: bool
) -> Iterator[_Graded]:
    name = group.test
    rules = table.by_test.get(name, ()) if group.is_blood else ()
    if not rules:
        why = table.left_out.get(name) or f"{table.name} {table.version} grades no {name}"
        yield _refused(group.rows, 0, None, why if group.is_blood else "not a blood sample")
        return
    known = int(name in table.left_out)
    if known:  # one direction is graded, of the other nothing is known
        yield _refused(group.rows, 0, None, table.left_out[name])
    for place, rule in enumerate(rules, known):
        scale, factor = scale_for(rule, group.unit)
        if isinstance(factor, UnknownUnit):
            yield _refused(group.rows, place, rule, _UNIT + factor.reason)
            continue
        base_factor = _base_factor(scale, group, rule)
        x = ScaledGroup(group=group, factor=factor, base_factor=base_factor)
        yield _grade_scale(rule, scale, place, x, assume_symptoms=assume_symptoms)


def _base_factor(scale: Scale, group: ResultGroup, rule: Rule) -> float:
    """Of baselines into the scale's unit (into the results', where the scale is a ratio)."""
    target = scale.unit or group.unit
    if group.base_unit == target:
        return 1.0
    factor = conversion(group.base_unit, target, ANALYTES.get(rule.analyte))
    return np.nan if isinstance(factor, UnknownUnit) else factor


def _refused(rows: Ints, place: int, rule: Rule | None, why: str) -> _Graded:
    zero = np.zeros(rows.size, dtype=np.int8)
    return _Graded(
        rows=rows, place=place, rule=rule, grade=zero - 1, at_least=zero,
        reason=np.zeros(rows.size, np.uint16), reasons=[why],
    )  # fmt: skip


def scale_for(rule: Rule, unit: str) -> tuple[Scale, float | UnknownUnit]:
    """The scale printed for this kind of unit (else the first), and the factor into it.

    A ratio to the laboratory's own limits needs no unit: result and limits share theirs.
    """
    printed = [one for one in rule.scales if same_dimension(unit, one.unit)]
    scale = printed[0] if printed else rule.scales[0]
    if not scale.unit:
        return scale, 1.0
    return scale, conversion(unit, scale.unit, ANALYTES.get(rule.analyte))


def _grade_scale(
    rule: Rule, scale: Scale, place: int, x: ScaledGroup, *, assume_symptoms: bool
) -> _Graded:
    size = x.group.rows.size
    grade, doubt = np.zeros(size, np.int8), np.zeros(size, np.int8)
    deciding, doubted = np.zeros(size, np.uint16), np.zeros(size, np.uint16)
    reasons = ["no limit is crossed", "not gradable: no result"]
    highest = 0  # what any step before could have proven
    for step in scale.steps:
        if step.symptoms and not assume_symptoms:
            continue
        told = len(reasons)
        reasons += [step.told(scale.unit), *_undecided_reasons(step, scale)]
        if _is_plain(step, x):  # it holds or fails, and nothing is in doubt
            holds = _surely(step, x)
        else:
            holds, fails, threshold = _tested(step, x, rule)
            unsure = ~(holds | fails) & (step.grade > doubt)
            if unsure.any():
                doubt[unsure] = step.grade
                doubted[unsure] = told + 1 + _what_is_missing(x, threshold)[unsure]
        if step.grade > highest:  # above all before, and so is the number of its reason
            np.maximum(grade, holds.view(np.int8) * np.int8(step.grade), out=grade)
            np.maximum(deciding, holds.view(np.uint8) * np.uint16(told), out=deciding)
        else:
            higher = holds & (step.grade > grade)
            np.putmask(grade, higher, step.grade)
            np.putmask(deciding, higher, told)
        highest = max(highest, step.grade)
    missing = np.zeros(size, bool) if x.is_exact else np.isnan(x.least)
    open_ = (doubt > grade) | missing
    if open_.any():
        deciding = np.where(missing, np.uint16(1), np.where(open_, doubted, deciding))
        at_least, grade = grade, np.where(open_, np.int8(-1), grade)
    else:
        at_least = grade
    return _Graded(
        rows=x.group.rows, place=place, rule=rule, grade=grade,
        at_least=at_least, reason=deciding, reasons=reasons,
    )  # fmt: skip


def _is_plain(step: Step, x: ScaledGroup) -> bool:
    """Whether the step asks for nothing but a limit that every result has."""
    if step.baseline != "any" or step.fasting or not x.is_exact:
        return False
    match step.of:
        case "number":
            return True
        case "uln":
            return x.has_high
        case "lln":
            return x.has_low
        case _:
            return False


def _surely(step: Step, x: ScaledGroup) -> Bools:
    """Where a plain step holds; elsewhere it fails."""
    threshold = step.factor * _reference(step, x) + step.plus
    edge = np.abs(threshold) * EQUAL_WITHIN
    match step.comparison:
        case ">":
            return x.least > threshold + edge
        case ">=":
            return x.least >= threshold - edge
        case "<":
            return x.most < threshold - edge
        case "<=":
            return x.most <= threshold + edge


def _tested(step: Step, x: ScaledGroup, rule: Rule) -> tuple[Bools, Bools, Floats]:
    """Where the step surely holds, where it surely fails, and its threshold."""
    threshold = step.factor * _reference(step, x) + step.plus
    holds, fails = _compared(step, x, threshold)
    before = x.group.flag("at_baseline")
    if step.fasting:  # said of nobody who is not told to have fasted
        fasting = x.group.flag("fasting")
        holds, fails = holds & fasting, fails | ~fasting
    if step.of == "base" and step.baseline == "abnormal":  # then a normal result is no worse
        fails = fails | (_is_normal(step, x, rule) & ~holds)
    if "base" in step.of:  # the baseline sample is not graded against itself
        holds, fails = holds & ~before, fails | before
    if step.baseline != "any":
        by_low = rule.direction == "low" or step.baseline in ("low", "not low")
        low, high = x.group.flag("base low"), x.group.flag("base high")
        known = x.group.flag("base normal") | high | low | before
        fits = ((low if by_low else high) & ~before) == (step.baseline in ("abnormal", "low"))
        holds, fails = holds & known & fits, fails | (known & ~fits)
    return holds, fails, threshold


def _reference(step: Step, x: ScaledGroup) -> Floats:
    match step.of:
        case "number":
            return np.ones(1)
        case "uln":
            return x.high
        case "lln":
            return x.low
        case "base":
            return x.base
        case "uln and base":
            return np.maximum(x.high, x.base)


def _is_normal(step: Step, x: ScaledGroup, rule: Rule) -> Bools:
    """Within the limit of the rule's direction: no multiple of an abnormal baseline.

    A baseline beyond the upper limit, and more than one time of it, lies above that limit.
    """
    if rule.direction == "high" and step.factor >= 1 and step.plus >= 0:
        return x.most <= x.high
    if rule.direction == "low" and step.factor <= 1 and step.plus <= 0:
        return x.least >= x.low
    return np.zeros(x.most.size, dtype=bool)


def _compared(step: Step, x: ScaledGroup, threshold: Floats) -> tuple[Bools, Bools]:
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


def _what_is_missing(x: ScaledGroup, threshold: Floats) -> Ints:
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
    count = np.zeros(results.height, np.int64)  # rows of each result
    for part in parts:
        count[part.rows] = part.place + 1
    start = np.cumsum(count) - count
    total = int(count.sum())
    grade, at_least = np.empty(total, np.int8), np.empty(total, np.int8)
    told = np.empty(total, np.uint32)
    texts: dict[str, list[str]] = {"term": [], "direction": [], "reason": []}
    for part in parts:
        to = start[part.rows] + part.place
        grade[to], at_least[to] = part.grade, part.at_least
        told[to] = part.reason.astype(np.uint32) + len(texts["reason"])
        texts["reason"] += part.reasons
        texts["term"] += [part.rule.term if part.rule else ""] * len(part.reasons)
        texts["direction"] += [part.rule.direction if part.rule else ""] * len(part.reasons)
    said = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))[pl.Series(told)]
    every = pl.Series(np.repeat(np.arange(results.height, dtype=np.uint32), count))
    graded = pl.Series("grade", grade)  # narrow until the end: memory is most of the cost
    columns = [name for name in _COLUMNS if name in results.columns]
    table = results.select(columns)[every].with_columns(
        said["term"],
        said["direction"],
        pl.when(graded >= 0).then(graded).cast(pl.Int64).alias("grade"),
        said["reason"],
        pl.Series("at_least", at_least).cast(pl.Int64),
    )
    if "note" not in results.columns:
        return table
    note = pl.Series("note", results["note"].gather(every))
    return table.with_columns(
        reason=pl.when(note.is_null())
        .then("reason")
        .otherwise(pl.col("reason") + "; " + note.fill_null(""))
    )
