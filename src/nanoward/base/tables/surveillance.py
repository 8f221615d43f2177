"""What watch reads and finds: counts of streams, what each shows, and incidents."""

from nanoward.base.tables.shape import TableShape, column

COUNTS = TableShape(
    name="counts",
    meaning="watch: one row per stream and day or week",
    key=("stream", "day"),
    columns=(
        column("stream", "text", "what is counted, and where"),
        column("day", "date", "the day, or the first day of the week"),
        column("count", "int", "how many"),
        column("exposure", "float", "of how many: population, samples, litres", needed=False),
    ),
)

STREAMS = TableShape(
    name="streams",
    meaning="watch: where each stream stands after the last period that was judged",
    key=("stream",),
    columns=(
        column("stream", "text", "what is counted, and where"),
        column("state", "text", "alarm, quiet, new, silent"),
        column("last", "date", "first day of the last period with a count"),
        column("periods", "int", "periods with a count"),
        column("count", "int", "the last count"),
        column("expected", "float", "count expected in that period", needed=False),
        column("evidence", "float", "its share of the programme's evidence", "periods"),
        column("threshold", "float", "what alarms when all streams reach it", "periods"),
        column("since", "date", "day on which the evidence began, null where there is none"),
        column("ratio", "float", "observed over expected since then", needed=False),
        column("limit", "float", "count that alarms when it comes in each of four periods, "
               "null: none would", needed=False),
        column("told", "text", "the state in a sentence"),
    ),
)  # fmt: skip

WATCH_ALARMS = TableShape(
    name="watch_alarms",
    meaning="watch: each alarm of the programme, and the streams that carry it",
    key=("alarm",),
    columns=(
        column("alarm", "text", "its name"),
        column("day", "date", "first day of the period that raised it"),
        column("stream", "text", "stream that carries most of it"),
        column("streams", "list", "all that carry it"),
        column("since", "date", "day on which the evidence began"),
        column("observed", "float", "counts since then"),
        column("expected", "float", "counts expected"),
        column("ratio", "float", "observed over expected"),
        column("ratio_low", "float", "its lower 95 % limit"),
        column("ratio_high", "float", "its upper 95 % limit"),
        column("evidence", "float", "the programme's evidence", "periods"),
        column("half", "text", "conformal or fitted: the half that carries the promise"),
        column("told", "text", "the alarm in a sentence"),
    ),
)
