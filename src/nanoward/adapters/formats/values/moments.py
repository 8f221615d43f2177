"""Moments, as sensors write them: ISO 8601, or seconds since 1970."""

from datetime import UTC, datetime


def seconds_of(text: str | None) -> float | None:
    """Unix seconds of a time in ISO 8601 (UTC where it names no zone) or in Unix seconds.

    None where it is neither. Milliseconds are not guessed at.
    """
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        return number if -1e10 < number < 1e14 else None
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
