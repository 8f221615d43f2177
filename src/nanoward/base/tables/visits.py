"""What a round tells of visits, capacity, beds and pay: nothing in it tells an arm."""

from nanoward.base.tables.shape import TableShape, column

VISITS = TableShape(
    name="visits",
    meaning="programme: bookings of the coming weeks, and visits that wait for a place",
    key=("participant", "planned", "day", "half"),
    columns=(
        column("participant", "text", "who"),
        column("state", "text", "asked (waits), due, held, booked, confirmed, arrived"),
        column("site", "text", "where, empty while it waits"),
        column("day", "date", "when, null while it waits"),
        column("half", "text", "morning or afternoon"),
        column("planned", "date", "day that it is meant for"),
        column("why", "text", "why it has no place, empty where it has one"),
    ),
)

CAPACITY = TableShape(
    name="capacity",
    meaning="programme: use of resources in each coming week, and impossible weeks",
    key=("site", "resource", "first"),
    columns=(
        column("site", "text", "where"),
        column("resource", "text", "clinicians, rooms, scanners ..."),
        column("first", "date", "first day of the week, or of the impossible run"),
        column("last", "date", "last day"),
        column("taken", "int", "units booked"),
        column("there", "int", "units offered"),
        column("short", "int", "units that no plan can place; 0 where it is possible"),
        column("mend", "text", "what would make it possible"),
    ),
)

BEDS = TableShape(
    name="beds",
    meaning="programme: beds taken and there in the night of the round's day, by kind",
    key=("kind",),
    columns=(
        column("kind", "text", "single, shared, apart, family"),
        column("taken", "int", "beds taken"),
        column("there", "int", "beds there"),
    ),
)

PAY_TOTALS = TableShape(
    name="pay_totals",
    meaning="programme: sums of all statements by currency",
    key=("currency",),
    columns=(
        column("currency", "text", "ISO 4217 code"),
        column("earned", "text", "earned by participants, decimal text"),
        column("paid", "text", "paid out"),
        column("pending", "text", "on its way"),
        column("owed", "text", "owed, refunds included"),
        column("refunds", "text", "refunds, apart from pay"),
        column("late", "int", "payments whose day has passed"),
        column("disputed", "int", "disputes that are open"),
    ),
)
