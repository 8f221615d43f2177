"""Event tables: doses and measurements."""

from nanoward.adapters.formats.table_format import TABLE, FilePlace, TableFormat

FORMAT = (
    TableFormat(
        name="events",
        role="events",
        meaning="doses and measurements (NONMEM event table)",
        reader="text.nonmem:read_events",
        places=(
            FilePlace(
                role="events",
                pattern=r"data/(dosing|events)" + TABLE,
                names=(
                    "data/events.csv",
                    "data/dosing.csv",
                ),
                format="NONMEM event table",
                holds="doses and measurements",
            ),
        ),
    ),
)
