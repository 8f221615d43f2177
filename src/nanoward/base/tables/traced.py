"""What a round's pictures are drawn from: days and steps behind the rooms' answers."""

from nanoward.base.tables.shape import TableShape, column

TIMELINE = TableShape(
    name="timeline",
    meaning="clearance: what was done with a person and when, beside grades and events",
    key=("participant", "day", "kind", "what"),
    columns=(
        column("participant", "text", "who"),
        column("day", "date", "first day"),
        column("until", "date", "last day, null where it is one day"),
        column("kind", "text", "consent, dose, sample, assessment, randomised or left"),
        column("what", "text", "in words: the treatment, the sample, how the person left"),
    ),
)

LIVER = TableShape(
    name="liver",
    meaning="clearance: one row per person with liver tests, for the eDISH plane",
    key=("participant",),
    columns=(
        column("participant", "text", "who"),
        column("transaminase", "float", "highest ALT or AST, multiples of the upper limit"),
        column("bilirubin", "float", "highest total bilirubin, multiples of the upper limit"),
        column("phosphatase", "float", "highest ALP, multiples of the upper limit"),
        column("peak", "date", "day of the highest ALT or AST"),
        column("ratio", "float", "R of that day: ALT over ALP, each by its upper limit"),
        column("quadrant", "text", "hy, temple, cholestasis, normal; null: not both measured"),
        column("fda", "bool", "Hy's law on one day, FDA 2009; null where a test is missing"),
        column("pilot", "bool", "Hy's law on one day as the CDISC pilot has it; null likewise"),
    ),
)

OUTLOOK = TableShape(
    name="outlook",
    meaning="tuning: exposure expected of every dose that may be given, under a target",
    key=("participant", "setting"),
    columns=(
        column("participant", "text", "who"),
        column("setting", "float", "dose per interval"),
        column("unit", "text", "unit of the dose"),
        column("expected", "float", "median exposure"),
        column("low", "float", "5 % limit of the exposure"),
        column("high", "float", "95 % limit of the exposure"),
        column("within", "float", "probability that the exposure lies in the target range"),
        column("place", "text", "chosen, lower, higher (its neighbours), or empty"),
    ),
)

KILLS = TableShape(
    name="kills",
    meaning="control: one row per kill code that was asked for",
    key=("order",),
    columns=(
        column("order", "text", "kill code"),
        column("asked", "date", "day on which it was asked for"),
        column("lot", "text", "lot of the agent"),
        column("mechanism", "text", "mechanism to be triggered"),
        column("reason", "text", "why it was asked for"),
        column("requested_by", "text", "who asked"),
        column("signed", "list", "who signed, and as what"),
        column("status", "text", "requested, approved, released, firing, verifying ..."),
        column("break_glass", "bool", "released by one person alone"),
        column("reviewed", "bool", "looked at afterwards by a second person"),
        column("people", "int", "participants named"),
        column("answered", "int", "of whom the driver said that it was fired"),
        column("cleared", "int", "of whom the agent is gone"),
        column("escaped", "int", "of whom it is not"),
        column("expected_escapees", "float", "survivors expected over all people: N x f"),
    ),
)

DRILLS = TableShape(
    name="drills",
    meaning="control: one row per drill of a kill mechanism on a simulated agent",
    key=("drill",),
    columns=(
        column("drill", "text", "identifier"),
        column("held", "date", "day"),
        column("mechanism", "text", "what was tried"),
        column("tries", "int", "times"),
        column("failures", "int", "times that it did not do what it should"),
        column("upper", "float", "upper 95 % limit of the failure rate"),
    ),
)
