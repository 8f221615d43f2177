"""What the pictures of stopping rules and of change read, whichever flow wrote the tables.

Both are optional: a programme asks for them in its plan. Only the columns named here are read.
"""

import polars as pl

from nanoward.base.tables import TableShape
from nanoward.base.tables.shape import column
from nanoward.faces.report.views import found
from nanoward.flows.round import Round

STOPPING = TableShape(
    name="stopping",
    meaning="where each stopping rule stands",
    key=("rule", "group"),
    columns=(
        column("rule", "text", "name of the rule in the plan"),
        column("group", "text", "programme, or a site, lot or setting"),
        column("events", "int", "people with the event"),
        column("people", "float", "people counted; those who are waiting in part"),
        column("most", "int", "people that the rule was designed for"),
        column("limit", "int", "events that stop with so many people"),
        column("stop", "bool", "the rule says stop"),
        column("told", "text", "the state in a sentence"),
    ),
)
STAIRS = TableShape(
    name="stairs",
    meaning="the staircase of each stopping rule",
    key=("rule", "people"),
    columns=(
        column("rule", "text", "name of the rule in the plan"),
        column("people", "int", "people who can be judged"),
        column("stops_at", "int", "events that stop"),
    ),
)
COURSES = TableShape(
    name="courses",
    meaning="what each person's change is judged by",
    key=("participant", "what", "day"),
    columns=(
        column("participant", "text", "who"),
        column("what", "text", "statistic, load, or the code of a scale"),
        column("day", "date", "day"),
        column("value", "float", "value"),
    ),
)
SHIFTS = TableShape(
    name="shifts",
    meaning="whether a person has changed against their own past",
    key=("participant",),
    columns=(
        column("participant", "text", "who"),
        column("weeks", "int", "complete weeks"),
        column("changed", "bool", "the scan passed its limit"),
        column("seen", "date", "day on which it did"),
        column("began", "date", "day that divides the weeks best"),
        column("highest", "float", "highest statistic"),
        column("limit", "float", "limit of the statistic"),
        column("could_see", "float", "chance that a shift would have been seen"),
        column("load_p", "float", "p of the scales following the agent's load"),
        column("told", "text", "the answer in a sentence"),
    ),
)
_TELLING = {"participant", "began", "seen", "could_see"}


def shifts(round_: Round) -> pl.DataFrame:
    """The table of change within people: the one that says what it could have seen."""
    for name in sorted(round_.tables):
        if set(round_.tables[name].columns) >= _TELLING:
            named = Round(
                plan=round_.plan,
                as_of=round_.as_of,
                tables={SHIFTS.name: round_.tables[name]},
            )
            return found(named, SHIFTS)
    return found(round_, SHIFTS)
