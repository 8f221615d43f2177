"""What clearance watches from week to week: stopping rules, change, sites, visits, consents."""

from nanoward.base.tables.shape import TableShape, column

STOPPING = TableShape(
    name="stopping",
    meaning="clearance: where each stopping rule stands, one row per rule and group",
    key=("rule", "group"),
    columns=(
        column("rule", "text", "name of the rule in the plan"),
        column("group", "text", "programme, or a site, lot or setting"),
        column("events", "int", "people with the event"),
        column("people", "float", "evaluable people; those who are waiting count in part"),
        column("most", "int", "people that the rule was designed for"),
        column("limit", "int", "events that stop with so many people"),
        column("stop", "bool", "the rule says stop"),
        column("stops_events", "int", "events at the nearest way to a stop, null: none left"),
        column("stops_people", "int", "people at the nearest way to a stop, null: none left"),
        column("told", "text", "the state in a sentence"),
    ),
)

STAIRS = TableShape(
    name="stairs",
    meaning="clearance: the staircase of each stopping rule, exact",
    key=("rule", "people"),
    columns=(
        column("rule", "text", "name of the rule in the plan"),
        column("people", "int", "evaluable people"),
        column("stops_at", "int", "events that stop"),
    ),
)

CHANGES = TableShape(
    name="changes",
    meaning="clearance: whether a person has changed against their own past, one row each",
    key=("participant",),
    columns=(
        column("participant", "text", "who"),
        column("weeks", "int", "complete weeks"),
        column("changed", "bool", "the scan passed its limit"),
        column("seen", "date", "day on which it did, null where it did not"),
        column("began", "date", "day that divides the weeks best, null without a change"),
        column("highest", "float", "highest statistic"),
        column("limit", "float", "limit of the statistic"),
        column("could_see", "float", "chance that 2 SD in half the scales is seen in 6 weeks"),
        column("load_p", "float", "p of the scales following the agent's load, null: no load"),
        column("told", "text", "the answer in a sentence"),
    ),
)

COURSES = TableShape(
    name="courses",
    meaning="clearance: what each person's change is judged by, week by week",
    key=("participant", "what", "day"),
    columns=(
        column("participant", "text", "who"),
        column("what", "text", "statistic, load, or the code of a scale"),
        column("day", "date", "day"),
        column("value", "float", "value; null while there is too little past"),
    ),
)

SITES = TableShape(
    name="sites",
    meaning="clearance: who reports or loses far more or fewer than others, a row per site",
    key=("measure", "site"),
    columns=(
        column("measure", "text", "adverse events per day, discontinued, grade 3 results"),
        column("site", "text", "site"),
        column("events", "int", "events, or people with one"),
        column("of", "float", "days at risk, people, or results"),
        column("value", "float", "events over that"),
        column("mean", "float", "of all sites"),
        column("z", "float", "in standard errors, the spread of all sites taken out"),
        column("z_of_others", "float", "the same by mean and spread of the others alone"),
        column("spread", "float", "overdispersion of all sites"),
        column("flag", "int", "limits passed, negative below; null: too little to flag"),
    ),
)

DUE = TableShape(
    name="due",
    meaning="clearance: weekly assessments and planned visits that are due, late or missed",
    key=("participant", "name", "planned"),
    columns=(
        column("participant", "text", "who"),
        column("name", "text", "medical, psychological, or the visit"),
        column("planned", "date", "planned day"),
        column("opens", "date", "first day on which it is on time"),
        column("closes", "date", "last day on which it is on time"),
        column("made", "date", "day on which it was made, null where it was not"),
        column("state", "text", "due, late, missed"),
    ),
)

CONSENTS = TableShape(
    name="consents",
    meaning="clearance: the consent of everybody of whom the ledger tells one",
    key=("participant",),
    columns=(
        column("participant", "text", "who"),
        column("status", "text", "none, active, renewal, withdrawn"),
        column("version", "text", "version that was signed last"),
        column("signed", "date", "day of the last signature"),
        column("withdrawn", "date", "day of leaving, null"),
        column("renewal", "text", "why a new signature is needed, empty when none is"),
        column("uses", "list", "what is agreed to and not taken back"),
    ),
)
