"""NONMEM event tables (CSV): doses and observations by person and time.

Conventions: NONMEM Users Guide part VI (PREDPP), data items ID, TIME, EVID, AMT, RATE, II,
ADDL, MDV, CMT; EVID 101 (a dose into compartment 1) is RxODE's way to write EVID 1.
"""

import re
from io import BytesIO

import polars as pl
import polars.selectors as cs

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.csv_table import CsvFormat, Draft, Limits, draft_of_records
from nanoward.adapters.formats.text.event_columns import is_like_comment, number_columns
from nanoward.adapters.formats.text.event_records import event_records
from nanoward.adapters.formats.text.own_columns import NO_NAMES, Names
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.errors import InputError
from nanoward.base.tables import EVENTS
from nanoward.ports.formats import ParsedTable

_EVENTS = CsvFormat(
    shape=EVENTS,
    synonyms={
        "subject": "ID",
        "participant": "ID",
        "usubjid": "ID",
        "t": "TIME",
        "dose": "AMT",
    },
    limits={
        "EVID": Limits(low=0),
        "AMT": Limits(low=0),
        "II": Limits(low=0),
        "ADDL": Limits(low=0),
        "MDV": Limits(low=0, high=1),
    },
    optional=frozenset({"EVID", "AMT", "DV"}),  # see _has_values and _fill_evid
    strict=frozenset({"EVID", "AMT", "DV", "RATE", "II", "ADDL", "MDV", "CMT"}),
    beside=("SS", "CENS", "LIMIT", "LLOQ", "OCC"),
    kept="covariates",
)
_DOSES, _RESETS = (1, 4), (3, 4)
_PARQUET = b"PAR1"


def _as_csv(path: str, content: bytes) -> bytes:
    """A Parquet table as the CSV that would hold the same; NaN and null are empty fields."""
    try:
        table = pl.read_parquet(BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError(f"is no Parquet table: {fault}", file=path) from None
    return table.with_columns(cs.float().fill_nan(None)).write_csv().encode()


def read_events(path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """Rows in the order of the file; covariates by their names in capitals.

    CSV, Parquet, or columns apart by spaces (a lone point is an empty field).
    names  our names of columns to those in the file, as somebody told (own_columns.py)
    """
    remarks = Remarks(path)
    if content.startswith(_PARQUET):
        content = _as_csv(path, content)
    records = event_records(path, content, remarks, names)
    draft = None if records is None else draft_of_records(_EVENTS, records, remarks)
    if draft is None:
        return ParsedTable(table=empty_table(EVENTS), findings=remarks.findings())
    _capitals(draft)
    if not _has_values(draft):
        return ParsedTable(
            table=empty_table(EVENTS), findings=remarks.findings(), account=draft.account
        )
    number_columns(draft, frozenset(one.name for one in EVENTS.columns))
    _leave_comments(draft)
    _doubt_comments(draft)
    _fill_evid(draft)
    _check_doses(draft)
    _check_observations(draft)
    _check_order(draft)
    _check_repeats(draft)
    return ParsedTable(
        table=_in_shape(draft.table()), findings=remarks.findings(), account=draft.account
    )


def _column(draft: Draft, name: str) -> pl.Series:
    """The column, or nulls where the file has none."""
    if name in draft.frame.columns:
        return draft.frame[name]
    return pl.repeat(None, len(draft.lines), dtype=pl.Float64, eager=True)


def _capitals(draft: Draft) -> None:
    """Names in capitals; of two that become the same the first is used."""
    names: dict[str, str] = {}
    for name in draft.frame.columns:
        if name.upper() in names:
            draft.remarks.add(
                problems.TWICE_COLUMN,
                f"{name!r} is another {names[name.upper()]!r}",
                column=name,
            )
        else:
            names[name.upper()] = name
    draft.frame = draft.frame.select(pl.col(old).alias(new) for new, old in names.items())


def _has_values(draft: Draft) -> bool:
    """Doses or observations must be told at all."""
    if {"AMT", "DV"} & set(draft.frame.columns):
        for name in sorted({"AMT", "DV"} - set(draft.frame.columns)):
            none = pl.repeat(None, len(draft.lines), dtype=pl.Float64, eager=True)
            draft.put(name, none)
            draft.remarks.add(problems.NO_VARIABLE, f"there is no column {name!r}", column=name)
        return True
    draft.remarks.add(problems.NO_COLUMN, "there is neither AMT nor DV", column="AMT")
    return False


def _leave_comments(draft: Draft) -> None:
    """A column C with a mark leaves the row out (a common IGNORE=C)."""
    marks = _column(draft, "C")
    if marks.dtype == pl.String:
        told = marks.is_not_null() & (marks != ".")
        draft.together(told, problems.COMMENT_ROW, "are marked as comments", column="C")
        draft.drop(told)


def _doubt_comments(draft: Draft) -> None:
    """C or @ before a number, where everybody else is a number: a comment by other rules."""
    people = draft.frame["ID"]
    if not people.str.contains(r"^\s*[Cc@]").any():
        return
    told = people.drop_nulls().to_list()
    numbers = sum(bool(re.fullmatch(r"-?\d+\.?\d*", one)) for one in told)
    like = [bool(one) and is_like_comment(one) for one in people.to_list()]
    if any(like) and numbers + sum(like) == len(told):
        draft.refuse(
            pl.Series(like, dtype=pl.Boolean), problems.LIKE_COMMENT,
            "{} looks like a comment row (IGNORE=C or @), not like a person", column="ID",
        )  # fmt: skip


def _fill_evid(draft: Draft) -> None:
    given = _column(draft, "EVID").cast(pl.Int64)
    amounts, hidden = draft.frame["AMT"].fill_null(0), _column(draft, "MDV").fill_null(0)
    derived = (amounts > 0).cast(pl.Int64)
    derived = derived.set((derived == 0) & (hidden == 1), 2)
    draft.together(
        given.is_null(),
        problems.EVID_DERIVED,
        "have no EVID; it follows from AMT",
        column="EVID",
    )
    draft.together(given == 101, problems.EVID_101, "have EVID 101", column="EVID")
    given = given.set(given == 101, 1)
    draft.put("EVID", given.fill_null(derived))
    draft.refuse(
        draft.frame["EVID"] > 4, problems.BAD_EVENT, "EVID {} is not 0 to 4", column="EVID"
    )


def _check_doses(draft: Draft) -> None:
    dose = draft.frame["EVID"].is_in(_DOSES)
    rates, amounts = _column(draft, "RATE"), draft.frame["AMT"].fill_null(0)
    steady = (_column(draft, "SS") > 0) & (rates > 0)
    draft.refuse(
        dose & (amounts == 0) & ~steady.fill_null(value=False),
        problems.BAD_EVENT,
        "a dose without an amount",
        column="AMT",
        subject="ID",
    )
    draft.refuse(
        ~dose & (amounts > 0),
        problems.BAD_EVENT,
        "an amount of {} where EVID says no dose",
        column="AMT",
        subject="ID",
    )
    draft.refuse(
        (_column(draft, "CMT") < 0) & (draft.frame["EVID"] == 2),
        problems.TURNED_OFF,
        "CMT {} turns a compartment off",
        column="CMT",
        subject="ID",
    )
    draft.refuse(
        (rates < 0) & (rates != -1) & (rates != -2),
        problems.BAD_EVENT,
        "RATE {} is none: a rate, -1 (the model gives it) or -2 (the model gives the duration)",
        column="RATE",
        subject="ID",
    )
    draft.refuse(
        (_column(draft, "ADDL") > 0) & ~(_column(draft, "II") > 0).fill_null(value=False),
        problems.BAD_EVENT,
        "ADDL {} without an interval II",
        column="ADDL",
        subject="ID",
    )
    draft.put("AMT", amounts)


def _check_observations(draft: Draft) -> None:
    """DV is null at doses and where MDV is 1; an observation must have one."""
    seen = (draft.frame["EVID"] == 0) & (_column(draft, "MDV").fill_null(0) == 0)
    draft.refuse(
        seen & draft.frame["DV"].is_null(),
        problems.BAD_EVENT,
        "an observation without a DV",
        column="DV",
        subject="ID",
    )
    draft.put("DV", draft.frame["DV"].set(~seen, None))


def _check_order(draft: Draft) -> None:
    """Time never goes back within a person, but for a reset or a dose of a new occasion."""
    people, times = draft.frame["ID"], draft.frame["TIME"]
    if _runs_on(people, times):
        return
    events, occasions = draft.frame["EVID"].to_list(), _column(draft, "OCC")
    last: dict[str, tuple[float, object]] = {}
    late = [False] * len(people)
    for row in draft.sound.arg_true():
        who, time, occasion = people[row], times[row], occasions[row]
        before = last.get(who)
        if before is not None and time < before[0] and events[row] not in _RESETS:
            if occasion is None or occasion == before[1] or events[row] != 1:
                late[row] = True
                draft.remarks.add(
                    problems.OUT_OF_ORDER,
                    f"TIME {time:g} comes after {before[0]:g}",
                    line=draft.lines[row],
                    column="TIME",
                    subject=who,
                )
                continue
            events[row] = 4
            draft.remarks.add(
                problems.NEW_OCCASION,
                "TIME starts anew with a new OCC; the dose was read as EVID 4",
                line=draft.lines[row],
                column="TIME",
                subject=who,
            )
        last[who] = (time, occasion)
    draft.put("EVID", pl.Series(events, dtype=pl.Int64))
    draft.drop(pl.Series(late, dtype=pl.Boolean))


def _runs_on(people: pl.Series, times: pl.Series) -> bool:
    """Whether everybody's rows stand together, and their times never go back."""
    same = people == people.shift(1)
    if bool((same & (times < times.shift(1))).any()) or times.null_count():
        return False
    return len(people) - int(same.sum()) == people.n_unique()


def _check_repeats(draft: Draft) -> None:
    """The same row twice is an error; other records of one key are used and told."""
    people, times = draft.frame["ID"], draft.frame["TIME"]
    near = None
    if _runs_on(people, times):  # the same row can only stand beside
        same = ((people == people.shift(1)) & (times == times.shift(1))).fill_null(value=False)
        if not same.any():
            return
        near = same | same.shift(-1, fill_value=False)
    resets = pl.col("EVID").is_in(_RESETS).cum_sum().over("ID").alias("\0part")
    draft.frame = draft.frame.with_columns(resets)
    again = draft.repeated(draft.frame.columns, near)
    draft.refuse(again, problems.TWICE, "the whole row stands twice", column="ID", subject="ID")
    key = [name for name in EVENTS.key if name in draft.frame.columns]
    same = draft.repeated([*key, "\0part"], near)
    dose = draft.frame["EVID"].is_in(_DOSES)
    draft.frame = draft.frame.drop("\0part")
    draft.add_finding(
        same & dose, problems.SAME_TIME, "a second dose at TIME {}", column="TIME", subject="ID"
    )
    draft.together(
        same & ~dose, problems.REPLICATE, "observe what an earlier row did", column="DV"
    )


def _in_shape(table: pl.DataFrame) -> pl.DataFrame:
    """Columns of the shape first, in its order; `line` last."""
    told = [column.name for column in EVENTS.columns if column.name in table.columns]
    shaped = [name for name in told if name != "line"]
    extras = [name for name in table.columns if name not in told and name != "line"]
    return table.select(*shaped, *extras, "line")
