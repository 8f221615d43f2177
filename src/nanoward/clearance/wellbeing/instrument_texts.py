"""The instruments that are shipped with their text."""

from nanoward.clearance.wellbeing.instruments import Instrument, Item

_DEPRESSION = (
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    (
        "Feeling bad about yourself - or that you are a failure or have let yourself or your"
        " family down"
    ),
    "Trouble concentrating on things, such as reading the newspaper or watching television",
    (
        "Moving or speaking so slowly that other people could have noticed? Or the opposite -"
        " being so fidgety or restless that you have been moving around a lot more than usual"
    ),
    "Thoughts that you would be better off dead or of hurting yourself in some way",
)
_ANXIETY = (
    "Feeling nervous, anxious or on edge",
    "Not being able to stop or control worrying",
    "Worrying too much about different things",
    "Trouble relaxing",
    "Being so restless that it is hard to sit still",
    "Becoming easily annoyed or irritable",
    "Feeling afraid as if something awful might happen",
)
_FREE = "Pfizer Inc. 2010: no permission needed to reproduce, translate, display or distribute"

PHQ9 = Instrument(
    code="PHQ9",
    name="PHQ-9",
    items=tuple(
        Item(code=f"PHQ90{n}", low=0, high=3, text=text, urgent_from=1 if n == 9 else None)
        for n, text in enumerate(_DEPRESSION, 1)
    ),
    most_missing=2,
    bands=(
        (0, "minimal"),
        (5, "mild"),
        (10, "moderate"),
        (15, "moderately severe"),
        (20, "severe"),
    ),
    validated=True,
    licence=_FREE,
    citation="Kroenke, Spitzer and Williams 2001, J Gen Intern Med 16:606; up to two missing"
    " items are replaced by the mean of the others: Arrieta and others 2017, J Clin Psychol"
    " 73:1076",
    recall_days=14,
)
GAD7 = Instrument(
    code="GAD7",
    name="GAD-7",
    items=tuple(
        Item(code=f"GAD70{n}", low=0, high=3, text=text) for n, text in enumerate(_ANXIETY, 1)
    ),
    most_missing=0,  # its authors give no rule for missing items, so none is made up
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")),
    validated=True,
    licence=_FREE,
    citation="Spitzer, Kroenke, Williams and Loewe 2006, Arch Intern Med 166:1092",
    recall_days=14,
)
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
SHIPPED = {one.code: one for one in (PHQ9, GAD7, VOLUNTARINESS)}
