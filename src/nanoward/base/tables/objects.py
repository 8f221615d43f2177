"""What watch reads and finds of objects: detections, orbits, approaches, tracks, threats."""

from nanoward.base.tables.shape import TableShape, column

DETECTIONS = TableShape(
    name="detections",
    meaning="watch: one row per detection of an object by a sensor",
    key=("stream", "time", "object"),
    columns=(
        column("stream", "text", "the sensor", needed=False),
        column("time", "float", "seconds since 1970, UTC", "s"),
        column("object", "text", "what it says that it is: MMSI, ICAO address", needed=False),
        column("latitude", "float", "north", "degrees", needed=False),
        column("longitude", "float", "east", "degrees", needed=False),
        column("bearing", "float", "from the sensor, clockwise from north", "degrees",
               needed=False),
        column("range", "float", "from the sensor", "m", needed=False),
        column("position_error", "float", "standard deviation of each component", "m",
               needed=False),
        column("bearing_error", "float", "standard deviation", "degrees", needed=False),
        column("range_error", "float", "standard deviation", "m", needed=False),
        column("speed", "float", "over ground", "m/s", needed=False),
        column("course", "float", "over ground, clockwise from north", "degrees",
               needed=False),
        column("received", "float", "when it was received, by the receiver's clock", "s",
               needed=False),
    ),
)  # fmt: skip

CONJUNCTIONS = TableShape(
    name="conjunctions",
    meaning="watch: one row per conjunction data message (CCSDS 508.0)",
    key=("message",),
    columns=(
        column("message", "text", "MESSAGE_ID"),
        column("tca", "text", "time of closest approach, UTC"),
        column("first", "text", "object 1: name and designator"),
        column("second", "text", "object 2"),
        column("frame", "text", "of both states"),
        column("radius", "float", "hard-body radii together, where the message has them", "m",
               needed=False),
        column("stated", "float", "the message's own probability of collision", needed=False),
        column("states", "list", "positions and velocities of both: 12 numbers, m and m/s"),
        column("covariances", "list", "of both in their RTN frames: 72 numbers, m and m/s"),
    ),
)  # fmt: skip

ORBITS = TableShape(
    name="orbits",
    meaning="watch: one row per element set of a catalogue (TLE or OMM)",
    key=("object",),
    columns=(
        column("object", "text", "catalogue number"),
        column("name", "text", "the object's name", needed=False),
        column("elements", "text", "the element set as JSON, with the OMM's words"),
    ),
)

APPROACHES = TableShape(
    name="approaches",
    meaning="watch: one row per close approach to the Earth (JPL CAD, Scout)",
    key=("object", "time"),
    columns=(
        column("object", "text", "designation"),
        column("time", "text", "of closest approach, TDB"),
        column("distance", "float", "nominal", "au"),
        column("distance_low", "float", "least, at 3 sigma", "au", needed=False),
        column("distance_high", "float", "greatest, at 3 sigma", "au", needed=False),
        column("speed", "float", "relative to the Earth", "km/s", needed=False),
        column("time_error", "float", "3 sigma of the time", "s", needed=False),
        column("magnitude", "float", "absolute magnitude H", needed=False),
    ),
)

ASTROMETRY = TableShape(
    name="astrometry",
    meaning="watch: one row per optical observation in the MPC's 80 columns",
    key=("object", "time", "observatory"),
    columns=(
        column("object", "text", "number or provisional designation as packed in columns 1-12"),
        column("time", "text", "UTC"),
        column("right_ascension", "float", "J2000", "degrees"),
        column("declination", "float", "J2000", "degrees"),
        column("magnitude", "float", "as observed", needed=False),
        column("observatory", "text", "MPC code"),
        column("discovery", "bool", "marked as the discovery"),
    ),
)

TRACKS = TableShape(
    name="tracks",
    meaning="watch: one row per track and protected zone, those that arrive first first",
    key=("track", "zone"),
    columns=(
        column("track", "text", "its name: of its first detection, so that it stays"),
        column("zone", "text", "the protected zone"),
        column("state", "text", "alarm, unknown, approaching, clear, ended"),
        column("objects", "list", "what it says that it is"),
        column("known", "bool", "in the catalogue"),
        column("probability", "float", "of entering the zone within its horizon"),
        column("arrival", "float", "median time until it enters, null where it does not", "s"),
        column("arrival_low", "float", "5 % of those that enter are earlier", "s"),
        column("arrival_high", "float", "95 % are earlier", "s"),
        column("nearest", "float", "median closest approach to the zone's edge", "m"),
        column("latitude", "float", "last", "degrees"),
        column("longitude", "float", "last", "degrees"),
        column("speed", "float", "last", "m/s"),
        column("course", "float", "last, clockwise from north", "degrees"),
        column("detections", "int", "that belong to it"),
        column("since", "text", "first detection, UTC"),
        column("last", "text", "last detection, UTC"),
        column("told", "text", "the row in a sentence"),
    ),
)  # fmt: skip
