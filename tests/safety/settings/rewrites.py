"""Rewritings of the same records and the same plan, after which every setting must be kept."""

import io
from collections.abc import Callable

import polars as pl
from changes import PLAN, Row, plan, table

Rows = list[Row]


def _frame(rows: Rows) -> pl.DataFrame:
    return pl.read_csv(table({"P004": rows}), infer_schema_length=None)


def _parquet(frame: pl.DataFrame, **how: str) -> bytes:
    found = io.BytesIO()
    frame.write_parquet(found, **how)  # type: ignore[arg-type]
    return found.getvalue()


def _with(rows: Rows, **values: str) -> Rows:
    return [{**row, **values} for row in rows]


def _named(name: str) -> Callable[[Rows], bytes]:
    return lambda rows: table({name: _with(rows, ID=name)})


def _csv(rows: Rows) -> str:
    return table({"P004": rows}).decode()


def _columns(order: Callable[[list[str]], list[str]]) -> Callable[[Rows], bytes]:
    def made(rows: Rows) -> bytes:
        names = order(list(rows[0]))
        lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows)]
        return ("\n".join(lines) + "\n").encode()

    return made


def _shifted(hours: float) -> Callable[[Rows], bytes]:
    return lambda rows: table(
        {"P004": [{**row, "TIME": repr(float(row["TIME"]) + hours)} for row in rows]}
    )


def _cells(change: Callable[[str, str], str]) -> Callable[[Rows], bytes]:
    return lambda rows: table(
        {"P004": [{name: change(name, cell) for name, cell in row.items()} for row in rows]}
    )


def _number(form: str) -> Callable[[str, str], str]:
    whole = ("EVID", "CMT", "MDV")

    def change(name: str, cell: str) -> str:
        if name in ("ID", "DVID", *whole) or not cell:
            return cell
        return format(float(cell), form)

    return change


def _crowd(count: int) -> Callable[[Rows], bytes]:
    """Other people before and behind, with levels of their own."""

    def made(rows: Rows) -> bytes:
        people = {}
        for k in range(count):
            name = f"{'A' if k % 2 else 'Z'}{k}"
            people[name] = [
                {**row, "ID": name,
                 "DV": repr(float(row["DV"]) * (1 + 0.01 * (k + 1))) if row["DVID"] == "level"
                 else row["DV"]}
                for row in rows
            ]  # fmt: skip
        return table({**people, "P004": rows})

    return made


def _parts(rows: Rows) -> Rows:
    """Records that say nothing: EVID 2 between the others."""
    blank = {"EVID": "2", "AMT": "0", "DV": "", "DVID": "", "MDV": "1"}
    return sorted(
        [*rows, *({**rows[0], **blank, "TIME": repr(7.5 + 24 * k)} for k in range(5))],
        key=lambda row: float(row["TIME"]),
    )


RECORDS: dict[str, Callable[[Rows], bytes]] = {
    "as it is": lambda rows: table({"P004": rows}),
    **{f"named {name}": _named(name) for name in (
        "Q", "1", "00012", "p004", "ward 3 bed 2", "Ünal", "zzzz", "x-1", "P005", "A.B")},
    "columns backwards": _columns(lambda names: names[::-1]),
    "columns by name": _columns(sorted),
    "ID last": _columns(lambda names: [*names[1:], names[0]]),
    "names in small letters": lambda rows: _csv(rows).replace(
        ",".join(rows[0]), ",".join(rows[0]).lower()).encode(),
    "CRLF": lambda rows: _csv(rows).replace("\n", "\r\n").encode(),
    "no newline at the end": lambda rows: _csv(rows).rstrip("\n").encode(),
    "byte order mark": lambda rows: b"\xef\xbb\xbf" + _csv(rows).encode(),
    "semicolons": lambda rows: _csv(rows).replace(",", ";").encode(),
    "quoted": lambda rows: "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in _csv(rows).splitlines()
    ).encode(),
    "Parquet": lambda rows: _parquet(_frame(rows)),
    "Parquet, zstd": lambda rows: _parquet(_frame(rows), compression="zstd"),
    "Parquet, uncompressed": lambda rows: _parquet(_frame(rows), compression="uncompressed"),
    "Parquet, 64-bit floats": lambda rows: _parquet(
        _frame(rows).with_columns(pl.col("WT", "CRCL", "AGE", "SEX", "INH").cast(pl.Float64))),
    "Parquet, columns backwards": lambda rows: _parquet(
        _frame(rows).select(*reversed(_frame(rows).columns))),
    "Parquet, people as a category": lambda rows: _parquet(
        _frame(rows).with_columns(pl.col("ID").cast(pl.Categorical))),
    "six decimals": _cells(_number(".6f")),
    "exponents": _cells(_number(".9e")),
    "many digits": _cells(_number(".15g")),
    "a plus sign": _cells(lambda name, cell: f"+{cell}" if name == "AMT" and cell != "0" else cell),  # noqa: E501
    "zeros in front": _cells(lambda name, cell: f"0{cell}" if name == "AMT" else cell),
    "whole numbers as floats": _cells(
        lambda name, cell: f"{cell}.0" if name in ("SEX", "AGE", "INH") else cell),
    "points for empty fields": _cells(lambda name, cell: cell or "."),
    "a column of notes": lambda rows: table({"P004": _with(rows, NOTE="seen")}),
    "a column of other numbers": lambda rows: table({"P004": _with(rows, ALT="21.5")}),
    "not pregnant": lambda rows: table({"P004": _with(rows, PREG="0")}),
    "not pregnant, in words": lambda rows: table({"P004": _with(rows, PREGNANT="no")}),
    "nothing censored": lambda rows: table({"P004": _with(rows, CENS="0")}),
    "no additional doses": lambda rows: table({"P004": _with(rows, ADDL="0", II="0")}),
    "no rate": lambda rows: table({"P004": _with(rows, RATE="0")}),
    "no steady state": lambda rows: table({"P004": _with(rows, SS="0")}),
    "one occasion": lambda rows: table({"P004": _with(rows, OCC="1")}),
    "records that say nothing": lambda rows: table({"P004": _parts(rows)}),
    "the clock a day later": _shifted(24.0),
    "the clock a thousand hours later": _shifted(1000.0),
    "the clock a year later": _shifted(8760.0),
    "without the column MDV": _columns(lambda names: [n for n in names if n != "MDV"]),
    "two others": _crowd(2),
    "nine others": _crowd(9),
}  # fmt: skip

PLANS: dict[str, str] = {
    "as it is": PLAN,
    "every left out": plan(("every = 2.0\n", "")),
    "a name": plan(('name = "tuning-metamorphic"', 'name = "another"')),
    "a title": plan(("Metamorphic test", "Another test")),
    "whole numbers": plan(("interval = 24.0", "interval = 24"), ("horizon = 48.0", "horizon = 48")),  # noqa: E501
    "comments": "# first\n" + PLAN.replace("\n[tuning.model]", "\n# next\n[tuning.model]"),
    "CRLF": PLAN.replace("\n", "\r\n"),
    "a citation": plan(('citation = "assumed"', 'citation = "somebody 2020"')),
    "a model's name": plan(('name = "bar-oral"', 'name = "oral"')),
    "defaults written out": plan(("horizon = 48.0", "horizon = 48.0\nduration = 0.0\nlearning = 0")),  # noqa: E501
    "oldest written out": plan(("horizon = 48.0", "horizon = 48.0\noldest = 30.0")),
    "bounds of covariates": plan(('[tuning.model.covariates.WT]\nunit = "kg"',
                                  '[tuning.model.covariates.WT]\nunit = "kg"\nlow = 30\nhigh = 200')),  # noqa: E501
    "spaces": PLAN.replace(" = ", "   =   "),
    "a unit with a note": plan(('unit = "mg"\n', 'unit = "mg{tablet}"\n')),
    "a formula with spaces": plan(("-KA * depot", "-KA*depot")),
}  # fmt: skip
