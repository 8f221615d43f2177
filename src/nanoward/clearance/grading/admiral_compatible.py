"""Grades by a printed table, in the reading of the established R implementation (admiral).

This is the compatibility mode: it answers what admiral answers, quirks and all, so that grades
can be compared with published ones. Where the house differs, and why: see
docs/explanation/grading-differences.md.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.clearance.grading.literal_rules import (
    BaselineCondition,
    Condition,
    Guard,
    LiteralRule,
    LiteralStep,
    LiteralTable,
    MissingInput,
    Operator,
)

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

DIGITS = 15  # significant digits in which numbers are compared, admiral's default
_OPEN, _NO_GRADE = -2, -1
OPTIONAL = {
    "base": pl.Float64,
    "base_state": pl.String,
    "change": pl.Float64,
    "birth": pl.Date,
    "taken": pl.Date,
    "sex": pl.String,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What steps and guards look at, over S results; missing is NaN."""

    of: dict[str, Floats]
    beyond: dict[str, Bools]  # baseline "low" or "high"
    sex: Ints
    unit: Ints
    units: dict[str, int]  # unit in capitals to its code
    sexes: dict[str, int]

    def at(self, rows: Ints) -> "_Facts":
        return _Facts(
            of={name: column[rows] for name, column in self.of.items()},
            beyond={name: column[rows] for name, column in self.beyond.items()},
            sex=self.sex[rows],
            unit=self.unit[rows],
            units=self.units,
            sexes=self.sexes,
        )


def admiral_compatible_grades(
    results: pl.DataFrame, table: LiteralTable, *, system: str
) -> pl.Series:
    """The grade of each row, 0 to 4; null where there is none. In the order of the rows.

    results  term (as the table names it, without regard to case), direction (low, high),
             value, unit, low, high (limits of normal); where a rule asks for it base,
             base_state (NORMAL, LOW, HIGH ...), change (per cent from baseline), birth and
             taken (dates), sex (M, F)
    system   "si" or "us": which of the table's two sets of units
    """
    with_all = results.with_columns(
        (pl.col(name) if name in results.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in OPTIONAL.items()
    )
    facts = _facts(with_all)
    grades = np.full(results.height, _NO_GRADE, dtype=np.int64)
    keys = with_all.select(pl.col("term").str.to_lowercase(), "direction").with_row_index("row")
    for (term, direction), group in keys.group_by("term", "direction", maintain_order=True):
        rows = group["row"].cast(pl.Int64).to_numpy()
        rules = table.by_term.get((str(term or ""), str(direction)), ())
        fitting = [rule for rule in rules if system in rule.systems]
        grades[rows] = _grades(fitting, facts.at(rows))
    column = pl.Series("grade", grades)
    return pl.select(pl.when(column >= 0).then(column).alias("grade")).to_series()


def _facts(results: pl.DataFrame) -> _Facts:
    age = results.select(
        days=(pl.col("taken") - pl.col("birth")).dt.total_days().cast(pl.Float64),
        months=_months().cast(pl.Float64),
        years=(_months() // 12).cast(pl.Float64),
    )
    numbers = {
        "VALUE": results["value"],
        "LLN": results["low"],
        "ULN": results["high"],
        "BASE": results["base"],
        "CHANGE": results["change"],
        **{name: age[name] for name in age.columns},
    }
    state = results["base_state"].cast(pl.String).str.to_uppercase()
    unit, units = _codes(results["unit"])
    sex, sexes = _codes(results["sex"])
    return _Facts(
        of={
            name: column.cast(pl.Float64).fill_null(np.nan).to_numpy()
            for name, column in numbers.items()
        },
        beyond={
            name: state.str.starts_with(name.upper()).fill_null(value=False).to_numpy()
            for name in ("low", "high")
        },
        sex=sex,
        unit=unit,
        units=units,
        sexes=sexes,
    )


def _months() -> pl.Expr:
    """Completed months of age."""
    whole = (pl.col("taken").dt.year() - pl.col("birth").dt.year()) * 12 + (
        pl.col("taken").dt.month().cast(pl.Int32) - pl.col("birth").dt.month().cast(pl.Int32)
    )
    return whole - (pl.col("taken").dt.day() < pl.col("birth").dt.day()).cast(pl.Int32)


def _codes(column: pl.Series) -> tuple[Ints, dict[str, int]]:
    """Texts in capitals as numbers, and which number each text has."""
    words = column.cast(pl.String).fill_null("").str.to_uppercase()
    known = words.unique().sort()
    codes = words.cast(pl.Enum(known)).to_physical().cast(pl.Int64).to_numpy()
    return codes, {word: code for code, word in enumerate(known)}


def _grades(rules: list[LiteralRule], facts: _Facts) -> Ints:
    """The first rule whose unit and guards fit a row grades it."""
    size = facts.unit.size
    grade = np.full(size, _NO_GRADE, dtype=np.int64)
    free = np.ones(size, dtype=bool)
    for rule in rules:
        mine = free & _fits(rule, facts)
        if mine.any():
            rows = np.flatnonzero(mine)
            grade[rows] = _decided(rule, facts.at(rows))
            free &= ~mine
    return grade


def _fits(rule: LiteralRule, facts: _Facts) -> Bools:
    fits = np.ones(facts.unit.size, dtype=bool)
    if rule.unit:
        fits &= facts.unit == facts.units.get(rule.unit.upper(), -1)
    for guard in rule.guards:
        fits &= _guarded(guard, facts)
    return fits


def _guarded(guard: Guard, facts: _Facts) -> Bools:
    if guard.of == "sex":
        return np.asarray(facts.sex == facts.sexes.get(guard.sex, -1))
    return _holds(facts.of[guard.of], guard.operator, np.float64(guard.limit))


def _decided(rule: LiteralRule, facts: _Facts) -> Ints:
    grade = np.full(facts.unit.size, _OPEN, dtype=np.int64)
    grade[np.isnan(facts.of["VALUE"])] = _NO_GRADE
    if not rule.steps:
        grade[:] = _NO_GRADE
    for step in rule.steps:
        holds, outcome = _told(step, facts)
        grade[(grade == _OPEN) & holds] = outcome
    grade[grade == _OPEN] = 0
    return grade


def _told(step: LiteralStep, facts: _Facts) -> tuple[Bools, int]:
    if step.needed:
        return np.isnan(facts.of[step.needed]), _NO_GRADE
    holds = np.ones(facts.unit.size, dtype=bool)
    for condition in step.conditions:
        holds &= _condition(condition, facts)
    return holds, _NO_GRADE if step.grade is None else step.grade


def _condition(condition: Condition, facts: _Facts) -> Bools:
    if isinstance(condition, MissingInput):
        return np.isnan(facts.of[condition.of])
    if isinstance(condition, BaselineCondition):
        return np.asarray(facts.beyond[condition.state] == condition.holds)
    reference = facts.of[condition.of] if condition.of else np.float64(1)
    threshold = condition.factor * reference + condition.plus
    return _holds(facts.of[condition.left], condition.operator, threshold)


def _holds(left: Floats, operator: Operator, right: Floats | np.float64) -> Bools:
    """The comparison in significant digits; false where either side is missing."""
    a, b = _rounded(left), _rounded(np.broadcast_to(np.asarray(right, np.float64), left.shape))
    with np.errstate(invalid="ignore"):
        match operator:
            case "<":
                return np.asarray(a < b)
            case "<=":
                return np.asarray(a <= b)
            case ">":
                return np.asarray(a > b)
            case ">=":
                return np.asarray(a >= b)


def _rounded(numbers: Floats) -> Floats:
    """To DIGITS significant digits, so that 0.1 + 0.2 is 0.3."""
    scale = np.ones(numbers.shape)
    some = np.isfinite(numbers) & (numbers != 0)
    size = np.floor(np.log10(np.abs(numbers[some])))
    scale[some] = 10.0 ** (DIGITS - 1 - size)
    rounded: Floats = np.where(some, np.round(numbers * scale) / scale, numbers)
    return rounded
