"""GAD-7: anxiety, seven items over two weeks."""

from nanoward.clearance.wellbeing.instruments import Instrument, Item
from nanoward.clearance.wellbeing.questionnaire import FREE_SINCE_2010, Questionnaire

_ANXIETY = (
    "Feeling nervous, anxious or on edge",
    "Not being able to stop or control worrying",
    "Worrying too much about different things",
    "Trouble relaxing",
    "Being so restless that it is hard to sit still",
    "Becoming easily annoyed or irritable",
    "Feeling afraid as if something awful might happen",
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
    licence=FREE_SINCE_2010,
    citation="Spitzer, Kroenke, Williams and Loewe 2006, Arch Intern Med 166:1092",
    recall_days=14,
)
QUESTIONNAIRE = Questionnaire(instrument=GAD7, meaning="anxiety over two weeks")
