"""Days and instants: ISO 8601, whole, partial or as an interval; other forms as what they mean.

A day that may be two ("09/11/2026" where nothing in the column decides) becomes an interval
of ISO 8601, "2026-09-11/2026-11-09": any day of it. A text that is no day at all stays as it
is written, and the rooms take it as any day.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

ISO = (
    r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2}"
    r"(T[0-9]{2}(:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?)?$"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januar", "january"),
            ("feb", "februar", "february"),
            ("mar", "maerz", "m\u00e4rz", "march"),
            ("apr", "april"),
            ("may", "mai"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "okt", "oktober", "october"),
            ("nov", "november"),
            ("dec", "dez", "dezember", "december"),
        ),
        1,
    )
    for name in names
}
_CLOCK = (
    r"(?:[T ,]+(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_NUMBERS = re.compile(
    rf"^(?P<a>\d{{1,4}})[-/. ]+(?P<b>\d{{1,2}})[-/. ]+(?P<c>\d{{1,4}}){_CLOCK}$"
)
_BASIC = re.compile(r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:[T ]?\d{2,6})?$")
_DAY_MONTH = re.compile(
    r"(?i)^(?P<d>\d{1,2}|UNK?|XX)[-/. ]*(?P<m>[^\W\d_]{3,9})\.?[-/., ]*(?P<y>\d{2,4})"
    rf"{_CLOCK}$"
)
_MONTH_DAY = re.compile(
    rf"^(?P<m>[^\W\d_]{{3,9}})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}}){_CLOCK}$",
    re.IGNORECASE,
)
_UNKNOWN_PARTS = re.compile(
    r"^(?P<y>\d{4})-(?P<m>\d{2}|-|UNK?|XX|00)-?(?:-|UNK?|XX|\d{2})?(?:T.*)?$", re.IGNORECASE
)
_WEEK = re.compile(r"^(?P<y>\d{4})-?W(?P<w>\d{2})(?:-?(?P<d>[1-7]))?$")
_INTERVAL = re.compile(r"^\d{4}(-\d{2}){0,2}/\d{4}(-\d{2}){0,2}$")
Order = str  # "dmy", "mdy", "ymd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A column as ISO 8601 text.

    values    text: ISO 8601, or as it was written where it is no day
    meant     cell as written to the day or interval that it was read as
    unread    cells that are no day
    """

    values: pl.Series
    meant: Mapping[str, str]
    unread: tuple[str, ...]


def read_days(cells: pl.Series) -> Days:
    """Text cells (null where missing) as days; the whole column decides day before month."""
    plain = cells.str.contains(ISO)
    odd = cells.filter(cells.is_not_null() & ~plain).unique().to_list()
    wrong = _impossible(cells.filter(plain))
    if not odd and not wrong:
        return Days(values=cells, meant={}, unread=())
    order = order_of(odd)
    read = {text: day_of(text, order) for text in odd}
    meant = {text: day for text, day in read.items() if day is not None}
    unread = tuple(sorted([text for text, day in read.items() if day is None] + wrong))
    changed = {text: day for text, day in meant.items() if text != day}
    return Days(
        values=cells.replace(changed) if changed else cells, meant=changed, unread=unread
    )


def _impossible(cells: pl.Series) -> list[str]:
    """Texts in the form of a day that the calendar does not have."""
    days = cells.unique()
    whole = days.str.slice(0, 10)
    full = whole.filter(whole.str.len_chars() == 10)
    bad = set(full.filter(full.str.to_date("%Y-%m-%d", strict=False).is_null()))
    months = whole.filter(whole.str.len_chars() == 7)
    bad |= {one for one in months if not "01" <= one[5:7] <= "12"}
    return sorted(one for one in days if one[:10] in bad) if bad else []


def order_of(texts: Iterable[str]) -> Order:
    """ "dmy" or "mdy" where the numbers of a column allow only one of them; else ""."""
    first, second = False, False
    for text in texts:
        found = _NUMBERS.match(text.strip())
        if found and len(found["a"]) <= 2 and len(found["c"]) == 4:
            first |= int(found["a"]) > 12
            second |= int(found["b"]) > 12
    return "dmy" if first and not second else "mdy" if second and not first else ""


def day_of(text: str, order: Order = "") -> str | None:
    """One text as ISO 8601, an interval where it may be several days; None where it is none."""
    plain = text.strip()
    if _INTERVAL.match(plain):
        return plain
    spaced = re.sub(r"^(\d{4}-\d{2}-\d{2}) +(\d{2}:)", r"\1T\2", plain).upper()
    if re.match(ISO, spaced):
        return spaced if _exists(spaced[:10]) else None
    for pattern, reading in (
        (_BASIC, _basic),
        (_DAY_MONTH, _named),
        (_MONTH_DAY, _named),
        (_WEEK, _week),
        (_UNKNOWN_PARTS, _partial),
    ):
        found = pattern.match(plain)
        day = reading(found) if found else None
        if day is not None:
            return day
    found = _NUMBERS.match(plain)
    return _numbers(found, order) if found else None


def _exists(text: str) -> bool:
    parts = [int(one) for one in text.split("-")]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return False
    return True


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _year(text: str) -> int:
    number = int(text)
    return number if len(text) > 2 else 2000 + number if number < 70 else 1900 + number


def _clocked(day: str | None, found: re.Match[str]) -> str | None:
    clock = found.groupdict().get("clock")
    if day is None or not clock:
        return day
    hour, _, rest = clock.partition(":")
    half = (found.groupdict().get("half") or "").lower()
    number = int(hour) % 12 + 12 * (half == "p") if half else int(hour)
    return f"{day}T{number:02d}:{rest}" if number < 24 else day


def _basic(found: re.Match[str]) -> str | None:
    return _iso(int(found["y"]), int(found["m"]), int(found["d"]))


def _named(found: re.Match[str]) -> str | None:
    month, year = _MONTHS.get(found["m"].lower()), _year(found["y"])
    if month is None:
        return None
    if not found["d"].isdigit():
        return f"{year:04d}-{month:02d}"
    return _clocked(_iso(year, month, int(found["d"])), found)


def _week(found: re.Match[str]) -> str | None:
    try:
        ends = [
            date.fromisocalendar(int(found["y"]), int(found["w"]), day)
            for day in ((int(found["d"]),) if found["d"] else (1, 7))
        ]
    except ValueError:
        return None
    return "/".join(dict.fromkeys(one.isoformat() for one in (ends[0], ends[-1])))


def _partial(found: re.Match[str]) -> str | None:
    month = found["m"]
    if not month.isdigit() or month == "00":
        return str(found["y"])
    return f"{found['y']}-{month}" if 1 <= int(month) <= 12 else None


def _numbers(found: re.Match[str], order: Order) -> str | None:
    a, b, c = found["a"], found["b"], found["c"]
    if len(a) == 4:
        return _clocked(_iso(int(a), int(b), int(c)), found)
    if len(a) == 3 or len(c) == 3:
        return None
    meant = {
        "dmy": _iso(_year(c), int(b), int(a)),
        "mdy": _iso(_year(c), int(a), int(b)),
        "ymd": _iso(_year(a), int(b), int(c)) if len(c) == 2 else None,
    }
    if order and len(c) == 4:
        return _clocked(meant[order], found)
    days = sorted({day for day in meant.values() if day is not None})
    if len(days) > 1:
        return f"{days[0]}/{days[-1]}"
    return _clocked(days[0], found) if days else None
