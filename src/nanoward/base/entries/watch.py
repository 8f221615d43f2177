"""What can happen in watch: is something unknown or hostile arriving?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """Something needs a person's attention."""

    alarm: str
    room: str
    subject: str
    message: str
    urgency: str  # now, today, this week


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAnswered:
    """A person took responsibility for an alarm."""

    alarm: str
    answered_by: str
    note: str
