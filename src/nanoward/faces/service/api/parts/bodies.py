"""Strict bodies: no unknown field, no value of another kind, moments with their zone."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Body(BaseModel):
    """What a request holds; an unknown field or another kind of value is refused."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, str_max_length=20_000
    )


def whole(value: Any) -> Any:
    """176.0 is the integer 176 in JSON Schema; a float that is none is left to be refused."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def day(value: Any) -> Any:
    """A day written as YYYY-MM-DD; anything else is left to be refused."""
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    return value


def moment(value: Any) -> Any:
    """A moment with its zone (RFC 3339); ValueError without one."""
    if not isinstance(value, str):
        return value
    found = datetime.fromisoformat(value)
    if found.utcoffset() is None:
        raise ValueError("a moment needs its zone, such as 2026-06-29T12:00:00Z")
    return found


def amount(value: Any) -> Any:
    """A decimal, written as text so that no digit is lost."""
    if not isinstance(value, str):
        raise ValueError("a decimal is written as text")  # noqa: TRY004 - told as 422
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise ValueError("no decimal number") from None
    if not found.is_finite():
        raise ValueError("no finite number")
    return found


Whole = Annotated[int, BeforeValidator(whole)]
Count = Annotated[int, BeforeValidator(whole), Field(ge=0, le=1_000_000_000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Day = Annotated[date, BeforeValidator(day)]
Moment = Annotated[datetime, BeforeValidator(moment)]
Amount = Annotated[
    Decimal,
    BeforeValidator(amount, json_schema_input_type=str),
]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
