"""Tables of pregnancies, people beside the plan and urgent reports. No table names anybody."""

from nanoward.base.tables.shape import TableShape, column

PREGNANCIES = TableShape(
    name="pregnancies",
    meaning="programme: one row per case of a pregnancy",
    key=("case",),
    columns=(
        column("case", "text", "name of the case; whose it is stands on the ledger alone"),
        column("relation", "text", "participant, partner, staff, resident"),
        column("reports", "text", "prospective or retrospective"),
        column("reported", "date", "day of the first knowledge"),
        column("conceived_from", "date", "first day on which conception is possible"),
        column("conceived_to", "date", "last such day"),
        column("evidence", "text", "by what conception is known"),
        column("days_least", "int", "days since conception, at least", "d"),
        column("days_most", "int", "days since conception, at most", "d"),
        column("fetuses", "int", "as far as known"),
        column("outcome", "text", "outcomes of all fetuses; empty while it goes on"),
        column("state", "text", "ongoing, ended, closed, withdrawn"),
        column("next_contact", "date", "when somebody asks next"),
        column("overdue", "bool", "that day passed a week ago"),
    ),
)

PREGNANCY_OUTCOMES = TableShape(
    name="pregnancy_outcomes",
    meaning="programme: cumulative incidence of outcomes, prospective dated cases alone",
    key=("cause",),
    columns=(
        column("cause", "text", "birth, loss, induced"),
        column("events", "int", "how many ended so"),
        column("share", "float", "cumulative incidence, early events postponed"),
        column("low", "float", "lower 95 % limit"),
        column("high", "float", "upper 95 % limit"),
        column("naive", "float", "nothing postponed"),
        column("ignored", "float", "early events left out"),
        column("crude", "float", "share of all seen: wrong in either direction"),
        column("at_risk", "int", "at risk at the first moment that counts"),
    ),
)

EXPOSED = TableShape(
    name="exposed",
    meaning="programme: one row per person beside the plan who may carry the agent",
    key=("case",),
    columns=(
        column("case", "text", "name of the case"),
        column("relation", "text", "household, visitor, staff, crew, resident, participant"),
        column("source", "text", "sample, bond, word"),
        column("opened", "date", "day on which it was opened"),
        column("state", "text", "untold, told, refused, followed, closed"),
        column("tests", "int", "samples looked at"),
        column("clear_tests", "int", "clear ones since the last that was not"),
        column("due", "date", "what comes next is due on this day"),
        column("next_step", "text", "what comes next"),
    ),
)

URGENT_REPORTS = TableShape(
    name="urgent_reports",
    meaning="programme: one row per event that an authority may have to hear of",
    key=("event",),
    columns=(
        column("event", "text", "name of the event"),
        column("kind", "text", "adverse event, pregnancy, escape, kill"),
        column("first_known", "text", "moment of the first knowledge, UTC"),
        column("verdict", "text", "urgent, not urgent, needs a person"),
        column("days", "int", "days of its clock; 7 or 15", "d"),
        column("due", "date", "last day on which the report is in time"),
        column("state", "text", "waits, reported, late, not reported, overdue, none"),
        column("reports", "int", "reports sent"),
        column("why", "text", "what decided"),
    ),
)
