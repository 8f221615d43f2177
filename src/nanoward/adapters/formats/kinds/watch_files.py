"""What the watch reads: counts of streams, detections, orbits, conjunctions, approaches."""

from nanoward.adapters.formats.table_format import TABLE, FilePlace, TableFormat

FORMAT = (
    TableFormat(
        name="counts",
        role="counts",
        meaning="counts of streams by day or week",
        reader="text.count_tables:read_counts",
        places=(
            FilePlace(
                role="counts",
                pattern=r"data/counts/[^/]+" + TABLE,
                names=("data/counts/NAME.csv",),
                format="CSV",
                holds="counts of streams for `[watch]`: cases, events, positive samples by day"
                " or week",
            ),
        ),
    ),
    TableFormat(
        name="detections",
        role="detections",
        meaning="detections of objects",
        reader="objects.detections:read_detections",
        places=(
            FilePlace(
                role="detections",
                pattern=r"data/detections/[^/]+(\.(csv|tsv|nmea|ais|aivdm)(\.gz)?|\.xlsx|\.xlsm)",
                names=(
                    "data/detections/NAME.csv",
                    "data/detections/NAME.nmea",
                ),
                format="CSV, NMEA 0183",
                holds="detections of objects for `[objects]`: position, or bearing and range",
            ),
        ),
    ),
    TableFormat(
        name="conjunctions",
        role="conjunctions",
        meaning="conjunction data messages",
        reader="objects.conjunction_messages:read_conjunctions",
    ),
    TableFormat(
        name="orbits",
        role="orbits",
        meaning="orbits of a catalogue (TLE, OMM)",
        reader="objects.orbit_elements:read_orbits",
    ),
    TableFormat(
        name="approaches",
        role="approaches",
        meaning="close approaches of minor bodies",
        reader="objects.close_approaches:read_approaches",
    ),
    TableFormat(
        name="astrometry",
        role="astrometry",
        meaning="positions of minor bodies",
        reader="objects.astrometry:read_astrometry",
    ),
)
