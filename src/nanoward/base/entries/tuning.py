"""What can happen in tuning: which setting keeps the benefit without the side effect?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRecommended:
    """A setting was recommended to the people who may decide it."""

    participant: str
    setting: str
    value: float
    unit: str
    target: float
    expected: float
    low: float  # 5 % limit of the expected exposure
    high: float  # 95 % limit
    probability: float  # of the exposure within the target range
    model_sha256: str
    question_sha256: str = ""  # of the whole plan of tuning as it was asked; kept as a blob


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationRefused:
    """No setting could be recommended."""

    participant: str
    setting: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingAdjusted:
    """A participant moved a setting within the envelope."""

    participant: str
    setting: str
    value: float
    unit: str
    at: datetime
