"""Changes of records, plan and model after which a setting must be withheld, lowered or told.

Each change of records is one person of one table; each change of the plan is a text of its own.
Made on a person whose setting is sound without them.
"""

from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
PLAN = (HERE / "programme.toml").read_text(encoding="utf-8")
Row = dict[str, str]
Change = Callable[[list[Row]], list[Row]]


def person_rows() -> tuple[list[str], list[Row]]:
    lines = (HERE / "person.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    return names, [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]


def table(people: dict[str, list[Row]]) -> bytes:
    names = list(
        dict.fromkeys(name for rows in people.values() for row in rows for name in row)
    )
    lines = [",".join(names)]
    for rows in people.values():
        lines += [",".join(_cell(row.get(name, "")) for name in names) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    return f'"{text}"' if "," in text else text


def is_dose(row: Row) -> bool:
    return row["EVID"] in ("1", "4")


def of(quantity: str) -> Callable[[Row], bool]:
    return lambda row: row["DVID"] == quantity


def put(where: Callable[[Row], bool], **values: str) -> Change:
    return lambda rows: [{**row, **values} if where(row) else row for row in rows]


def times(where: Callable[[Row], bool], column: str, factor: float) -> Change:
    def change(rows: list[Row]) -> list[Row]:
        return [
            {**row, column: repr(float(row[column]) * factor)} if where(row) else row
            for row in rows
        ]

    return change


def one(where: Callable[[Row], bool], place: int, change: Callable[[Row], Row]) -> Change:
    def made(rows: list[Row]) -> list[Row]:
        places = [at for at, row in enumerate(rows) if where(row)]
        chosen = places[place]
        return [change(row) if at == chosen else row for at, row in enumerate(rows)]

    return made


def scaled(column: str, factor: float) -> Callable[[Row], Row]:
    return lambda row: {**row, column: repr(float(row[column]) * factor)}


def every(_: Row) -> bool:
    return True


def again(place: int, later: float = 0.0, **values: str) -> Change:
    """One dose a second time, some time later."""

    def change(rows: list[Row]) -> list[Row]:
        doses = [at for at, row in enumerate(rows) if is_dose(row)]
        at = doses[place]
        copy = {**rows[at], "TIME": repr(float(rows[at]["TIME"]) + later), **values}
        return sorted([*rows, copy], key=lambda row: (float(row["TIME"]), row["EVID"] == "0"))

    return change


def late(hours: float, last: int) -> Change:
    """The last records of the person by so much later."""

    def change(rows: list[Row]) -> list[Row]:
        head, tail = rows[:-last], rows[-last:]
        return [*head, *({**row, "TIME": repr(float(row["TIME"]) + hours)} for row in tail)]

    return change


def swapped(a: str, b: str) -> Change:
    names = {a: b, b: a}
    return lambda rows: [{**row, "DVID": names.get(row["DVID"], row["DVID"])} for row in rows]


def backwards(quantity: str) -> Change:
    """The values of one quantity in reverse order: those of other times."""

    def change(rows: list[Row]) -> list[Row]:
        values = [row["DV"] for row in rows if row["DVID"] == quantity][::-1]
        turned = iter(values)
        return [{**row, "DV": next(turned)} if row["DVID"] == quantity else row for row in rows]

    return change


level, benefit, grade = of("level"), of("benefit"), of("grade")
RECORDS: dict[str, Change] = {}
for name, values in {
    "WT": ("0", "-70", "-99", "999", "700", "7", "70000", "0.07", "nan", "inf", "1e9"),
    "CRCL": ("-1", "-99", "999", "8800", "1.47", "0", "-88", "1e6"),
    "AGE": ("-99", "200", "999", "-27", "1998"),
    "SEX": ("9", "-1", "2", "3", "99", "0.5e3"),
    "INH": ("9", "-9", "2", "99", "-1"),
}.items():
    for value in values:
        RECORDS[f"{name}={value}"] = put(every, **{name: value})
        if value in ("0", "-99", "999", "9", "200"):
            RECORDS[f"{name}={value} once"] = one(
                level, 3, lambda row, name=name, value=value: {**row, name: value}
            )
for value in ("9", "-1", "2.5", "3", "99", "-99", "1e3"):
    RECORDS[f"grade={value}"] = one(grade, -1, lambda row, value=value: {**row, "DV": value})
    RECORDS[f"first grade={value}"] = one(
        grade, 0, lambda row, value=value: {**row, "DV": value}
    )
for factor in (1000.0, 0.001, 100.0, 0.01, 30.0):
    RECORDS[f"last level x {factor:g}"] = one(level, -1, scaled("DV", factor))
    RECORDS[f"first level x {factor:g}"] = one(level, 0, scaled("DV", factor))
    RECORDS[f"fourth level x {factor:g}"] = one(level, 3, scaled("DV", factor))
for factor in (1000.0, 0.001, 0.01, 100.0):
    RECORDS[f"all levels x {factor:g}"] = times(level, "DV", factor)
for value in ("-99", "-1", "-999", "999", "9999"):
    RECORDS[f"a level of {value}"] = one(
        level, 2, lambda row, value=value: {**row, "DV": value}
    )
    RECORDS[f"a benefit of {value}0"] = one(
        benefit, 1, lambda row, value=value: {**row, "DV": value + "0"}
    )
RECORDS |= {
    "level and benefit swapped": swapped("level", "benefit"),
    "levels backwards": backwards("level"),
    "TIME in minutes": times(every, "TIME", 60.0),
    "TIME in days": times(every, "TIME", 1 / 24),
    "TIME in seconds": times(every, "TIME", 3600.0),
    "doses in g": times(is_dose, "AMT", 0.001),
    "doses in ug": times(is_dose, "AMT", 1000.0),
    "last dose in ug": one(is_dose, -1, scaled("AMT", 1000.0)),
    "last dose x 10": one(is_dose, -1, scaled("AMT", 10.0)),
    "a dose / 1000": one(is_dose, 4, scaled("AMT", 0.001)),
    "first dose x 20": one(is_dose, 0, scaled("AMT", 20.0)),
    "last dose twice": again(-1),
    "a dose twice": again(3, DV="."),
    "a dose twice, six minutes later": again(3, 0.1),
    "last dose twice, an hour later": again(-1, 1.0),
    "ADDL over the doses of later rows": one(is_dose, 0, lambda row: {**row, "ADDL": "5", "II": "24"}),  # noqa: E501
    "ADDL over one later row": one(is_dose, 3, lambda row: {**row, "ADDL": "1", "II": "24"}),
    "ADDL 1000": one(is_dose, 0, lambda row: {**row, "ADDL": "1000", "II": "24"}),
    "SS without II": one(is_dose, 0, lambda row: {**row, "SS": "1"}),
    "SS 2": one(is_dose, 0, lambda row: {**row, "SS": "2", "II": "24"}),
    "doses into compartment 7": put(is_dose, CMT="7"),
    "one dose into compartment 7": one(is_dose, 2, lambda row: {**row, "CMT": "7"}),
    "doses into compartment -1": put(is_dose, CMT="-1"),
    "RATE -2": put(is_dose, RATE="-2"),
    "RATE -7": put(is_dose, RATE="-7"),
    "a dose without an amount": one(is_dose, 2, lambda row: {**row, "AMT": ""}),
    "a dose of -100": one(is_dose, 2, lambda row: {**row, "AMT": "-100"}),
    "a dose of nan": one(is_dose, 2, lambda row: {**row, "AMT": "nan"}),
    "a dose of words": one(is_dose, 2, lambda row: {**row, "AMT": "hundred"}),
    "EVID 9": one(is_dose, 2, lambda row: {**row, "EVID": "9"}),
    "a time of words": one(level, 2, lambda row: {**row, "TIME": "noon"}),
    "a time of nan": one(level, 2, lambda row: {**row, "TIME": "nan"}),
    "times out of order": one(level, 2, lambda row: {**row, "TIME": "0.5"}),
    "levels censored": put(level, CENS="1"),
    "CENS -1": put(level, CENS="-1"),
    "CENS 7": put(level, CENS="7"),
    "last level a year late": late(8760.0, 1),
    "last four records a year late": late(8760.0, 4),
    "last record 60 days late": late(1440.0, 1),
    "pregnant": put(every, PREG="1"),
    "pregnant since the last record": one(every, -1, lambda row: {**row, "PREGNANT": "Y"}),
    "pregnant by a positive test": one(every, -1, lambda row: {**row, "PREG": "positive"}),
    "no weight": put(every, WT=""),
    "no clearance": put(every, CRCL=""),
    "no sex": put(every, SEX=""),
    "DVID nobody knows": put(level, DVID="plasma"),
}  # fmt: skip


def plan(*pairs: tuple[str, str]) -> str:
    """The plan with some texts replaced, each of which must stand in it."""
    text = PLAN
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


_TARGET = """
[tuning.target]
measure = "average"
value = 1.0
low = 0.7
high = 1.4
unit = "mg/L"
interval = 24.0
lowest = 10.0
highest = 300.0
step = 10.0
"""
PLANS: dict[str, str] = {
    "setting into compartment 2": plan(("into = 1", "into = 2")),
    "target beside the goal": plan(("[tuning.model]", f"{_TARGET}\n[tuning.model]")),
    "less grade than there is": plan(("grade = 2", "grade = 3")),
    "another person's present setting": plan(
        ("horizon = 48.0", "horizon = 48.0\npresent = 290.0")
    ),
}
_KEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "into": ("into = 1", ("7", "0", "-1", "1.5", '"1"', "3")),
    "every": ("every = 2.0", ("24.0", "48.0", "480.0", "-2.0", "nan", "inf", '"2"')),
    "grade": ("grade = 2", ("0", "-1", '"2"', "2.5", "99", "true")),
    "step": ("step = 10.0", ("inf", "nan", "-10.0", "0.0", "0.001")),
    "unit": ('unit = "mg"', ('"g"', '"ug"', '"mL"', '"tablets"', '"mg/h"', '"kg"', '"mg per week"')),  # noqa: E501
    "interval": ("interval = 24.0", ("nan", "inf", "-24.0", "0.0", "24000.0")),
    "horizon": ("horizon = 48.0", ("nan", "inf", "-48.0", "2.0")),
    "epsilon": ("epsilon = 0.05", ("5.0", "1.0", "nan", "-0.05", "0.0")),
    "weight": ("weight = 20.0", ("nan", "-20.0", "inf")),
    "highest": ("highest = 300.0", ("inf", "nan", "-300.0")),
    "lowest": ("lowest = 0.0", ("nan", "-inf", "-100.0")),
    "largest_step": ("largest_step = 150.0", ("nan", "-1.0", "0.0", '"150"')),
    "draws": ("draws = 400", ("0", "-400", "50", "nan", '"400"', "400.5", "1e9", "true")),
    "held_back": ("held_back = 0.3", ("1.0", "-0.3", "nan", "inf", '"0.3"', "5")),
    "oldest": ("horizon = 48.0", tuple(
        f"horizon = 48.0\noldest = {age}" for age in ("nan", "-30.0", "inf", "0.0", "1e9"))),
    "benefit": ('benefit = "benefit"', ('"joy"', '"grade"', '""', "7")),
    "side_effect": ('side_effect = "grade"', ('"harm"', '""', "true")),
    "sign": ("grade = 2\n", ("grade = 2\nside_sign = 0.0\n", "grade = 2\nbenefit_sign = nan\n",
                             "grade = 2\nside_sign = 0.5\n", "grade = 2\nrise = 10.0\n",
                             "grade = 2\nlimits = 3\n")),
    "time_unit": ('time_unit = "h"', ('"d"', '"kg"', '"hours"', '"min"')),
    "model unit": ('unit = "L/h"', ('"mL/h"', '"L"', '"mg/h"', '"L/d"')),
    "compartment unit": ('unit = "mg"\nderivative = "-KA', ('unit = "g"\nderivative = "-KA',)),
}  # fmt: skip
for key, (old, news) in _KEYS.items():
    for new in news:
        head = "" if "\n" in old or "=" in new else f"{old.split(' = ')[0]} = "
        PLANS[f"{key} {new.strip()}"] = plan((old, f"{head}{new}"))
