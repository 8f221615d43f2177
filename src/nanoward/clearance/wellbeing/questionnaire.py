"""What a questionnaire that is shipped with its text declares.

A module of `questionnaires` holds one; `nanoward clearance assess`, the API and the console may
name it as soon as the file is there. Those under licence are loaded from a file at the site.
"""

from dataclasses import dataclass

from nanoward.base.registry import Registry
from nanoward.clearance.wellbeing.instruments import Instrument

FREE_SINCE_2010 = (
    "Pfizer Inc. 2010: no permission needed to reproduce, translate, display or distribute"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """An instrument, and one line on what it asks for."""

    instrument: Instrument
    meaning: str

    @property
    def name(self) -> str:
        """The code that its answers are recorded under."""
        return self.instrument.code


QUESTIONNAIRES = Registry(
    "nanoward.clearance.wellbeing.questionnaires", "QUESTIONNAIRE", Questionnaire
)


def shipped(code: str) -> Instrument | None:
    """The instrument of a code, capitals or not; None where none is shipped."""
    found = QUESTIONNAIRES.get(code.upper())
    return None if found is None else found.instrument
