"""Days, partial dates, windows and study days. Days are `date`, moments are aware UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from nanoward.base.errors import InputError


class BadDateError(InputError):
    """Text that is no ISO 8601 date."""

    code = "INP-010"
    next_step = "Write dates as YYYY-MM-DD (YYYY-MM or YYYY where the day is unknown)."


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date of which only the year, or year and month, may be known (SDTM --DTC)."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.day is not None

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        if self.month is None:
            return date(self.year, 12, 31)
        if self.day is None:
            after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
            return after - timedelta(days=1)
        return date(self.year, self.month, self.day)


def partial_date(text: str) -> PartialDate:
    """Read "2013", "2013-05", "2013-05-07" or "2013-05-07T10:30" (the time is left out)."""
    parts = text.strip().split("T")[0].split("-")
    if not 1 <= len(parts) <= 3 or len(parts[0]) != 4:
        raise BadDateError(f"{text!r} is not a date")
    try:
        numbers = [int(part) for part in parts]
        date(*numbers, *[1] * (3 - len(numbers)))
    except ValueError:
        raise BadDateError(f"{text!r} is not a date") from None
    return PartialDate(**dict(zip(("year", "month", "day"), numbers, strict=False)))


def whole_date(text: str) -> date:
    """Read a date of which year, month and day must be known."""
    found = partial_date(text)
    if not found.is_whole:
        raise BadDateError(f"{text!r} does not name a day")
    return found.earliest


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a moment without a time zone is refused."""
    if moment.tzinfo is None:
        raise BadDateError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)
