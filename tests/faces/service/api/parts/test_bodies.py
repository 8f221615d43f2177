from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from nanoward.faces.service.api.parts.bodies import Amount, Body, Day, Moment, Whole, Word


class Trial(Body):
    count: Whole = 0
    day: Day | None = None
    at: Moment | None = None
    money: Amount | None = None
    word: Word = "w"
    flag: bool = False


def test_an_integral_float_is_an_integer_as_json_schema_says() -> None:
    assert Trial.model_validate({"count": 176.0}).count == 176
    with pytest.raises(ValidationError):
        Trial.model_validate({"count": 176.5})


@pytest.mark.parametrize(
    "given",
    [
        {"count": "1"}, {"count": True}, {"flag": 1}, {"flag": "true"}, {"day": 20260629},
        {"day": "29.06.2026"}, {"at": "2026-06-29T12:00:00"}, {"at": 1.0}, {"money": 1.5},
        {"money": "NaN"}, {"money": "1e"}, {"word": ""}, {"word": "a\x00b"}, {"unknown": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_of_another_kind_or_unknown_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Trial.model_validate(given)


def test_days_moments_and_money_are_read_as_they_are_written() -> None:
    told = Trial.model_validate(
        {"day": "2026-06-29", "at": "2026-06-29T14:00:00+02:00", "money": "1.10"}
    )
    assert told.day == date(2026, 6, 29)
    assert told.at == datetime(2026, 6, 29, 12, tzinfo=UTC)
    assert told.money == Decimal("1.10")
