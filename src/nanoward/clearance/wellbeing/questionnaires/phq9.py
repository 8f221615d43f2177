"""PHQ-9: depression, nine items over two weeks; the ninth asks for thoughts of death."""

from nanoward.clearance.wellbeing.instruments import Instrument, Item
from nanoward.clearance.wellbeing.questionnaire import FREE_SINCE_2010, Questionnaire

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
    licence=FREE_SINCE_2010,
    citation="Kroenke, Spitzer and Williams 2001, J Gen Intern Med 16:606; up to two missing"
    " items are replaced by the mean of the others: Arrieta and others 2017, J Clin Psychol"
    " 73:1076",
    recall_days=14,
)
QUESTIONNAIRE = Questionnaire(instrument=PHQ9, meaning="depression over two weeks")
