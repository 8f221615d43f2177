"""What can happen in control: may this order be sent, and was it obeyed?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequested:
    """Somebody asked for an order; nothing has been sent."""

    order: str
    participant: str
    agent: str
    setting: str
    value: float
    unit: str
    requested_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused:
    """The gate said no; nothing was sent."""

    order: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIntended:
    """The gate said yes; the order is owed to the driver."""

    order: str
    value: float
    unit: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAcknowledged:
    """The driver claims that it carried out the order."""

    order: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReadBack:
    """The agent's state was read independently of the acknowledgement."""

    order: str
    value: float
    unit: str
    at: datetime
