"""Voluntariness: our own eight statements on freedom to stop; NOT VALIDATED."""

from nanoward.clearance.wellbeing.instruments import Instrument, Item
from nanoward.clearance.wellbeing.questionnaire import Questionnaire

_VOLUNTARY = (
    # code, text, whether "fully agree" speaks for freedom
    ("VOL01", "I could have said no this week without anything being held against me.", True),
    ("VOL02", "I could go home today if I wanted to, and I know how.", True),
    ("VOL03", "Somebody on the staff wants me to go on more than I do.", False),
    ("VOL04", "Another participant, or my partner, wants me to go on more than I do.", False),
    ("VOL05", "Without the money or the room I would stop.", False),
    ("VOL06", "Even if I wanted to stop, I feel that something in me would not.", False),
    (
        "VOL07",
        "I can say in my own words what is done to me and what may go wrong.",
        True,
    ),
    ("VOL08", "What I want from this is still what I wanted when I began.", True),
)

VOLUNTARINESS = Instrument(
    code="VOL",
    name="voluntariness check",
    items=tuple(
        Item(code=code, low=0, high=4, text=text, reverse=free, urgent_from=None)
        for code, text, free in _VOLUNTARY
    ),
    most_missing=1,
    bands=(),
    validated=False,
    licence="Apache-2.0, our own words",
    citation="none: not validated; 0 fully disagree to 4 fully agree; high means less free",
)
QUESTIONNAIRE = Questionnaire(
    instrument=VOLUNTARINESS, meaning="freedom to stop, over a week (not validated)"
)
