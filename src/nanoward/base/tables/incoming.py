"""What comes in: the tables that readers make of files."""

from nanoward.base.tables.shape import TableShape, column

SAMPLES = TableShape(
    name="samples",
    meaning="one row per specimen taken from a participant",
    key=("sample",),
    columns=(
        column("sample", "text", "identifier of the specimen"),
        column("participant", "text", "whom it was taken from; its lot, for the lot itself"),
        column("taken", "date", "day of collection"),
        column("site", "text", "where it was taken", needed=False),
        column("household", "text", "lodging or household", needed=False),
        column("agent", "text", "agent expected in it", needed=False),
        column("lot", "text", "lot that the participant received", needed=False),
        column("run", "text", "sequencing run", needed=False),
        column("control", "bool", "negative control or clone: nobody's sample", needed=False),
        column("dosed", "date", "day of the participant's first dose", needed=False),
        column("onset", "date", "day on which the participant fell ill", needed=False),
    ),
)

CONTACTS = TableShape(
    name="contacts",
    meaning="one row per pair of people and kind of contact",
    key=("a", "b", "kind", "first"),
    columns=(
        column("a", "text", "one person"),
        column("b", "text", "the other"),
        column("kind", "text", "household, room, shift, intimate, sensor ..."),
        column("first", "date", "first day", needed=False),
        column("last", "date", "last day", needed=False),
        column("hours", "float", "time together", "h", needed=False),
        column("closeness", "float", "how close they say they are, any scale", needed=False),
    ),
)

GENOMES = TableShape(
    name="genomes",
    meaning="one row per consensus sequence of a contig (segment, replicon) in a sample",
    key=("sample", "contig", "run"),
    columns=(
        column("sample", "text", "specimen"),
        column("contig", "text", "contig or segment of the reference"),
        column("run", "text", "sequencing run, empty when not told"),
        column("sequence", "text", "IUPAC letters, N where unreadable, - where deleted"),
        column("line", "int", "line of the FASTA header"),
    ),
)

READ, UNREAD = ".", "N"  # alt of rows of VARIANTS that tell no allele but what was read
VARIANTS = TableShape(
    name="variants",
    meaning="one row per allele that differs from the reference, seen in a sample; alt . and N "
    "stand for positions that were read as the reference, or not read, up to `last`",
    key=("sample", "contig", "position", "ref", "alt"),
    columns=(
        column("sample", "text", "specimen"),
        column("contig", "text", "contig of the reference"),
        column("position", "int", "1-based position on the contig"),
        column("ref", "text", "reference allele, empty where not told", needed=False),
        column("alt", "text", "other allele"),
        column("frequency", "float", "share of reads that carry it, 0 to 1"),
        column("depth", "int", "reads at the position", "reads", needed=False),
        column("last", "int", "last position of a run, empty for one", needed=False),
    ),
)

REFERENCE = TableShape(
    name="reference",
    meaning="the agent's reference sequences, one row per contig",
    key=("contig",),
    columns=(
        column("contig", "text", "name of the contig"),
        column("sequence", "text", "IUPAC letters"),
    ),
)

EVENTS = TableShape(
    name="events",
    meaning="NONMEM event table: doses and observations by person and time",
    key=("ID", "TIME", "EVID", "DVID", "CMT"),
    columns=(
        column("ID", "text", "person"),
        column("TIME", "float", "time since the person's first record", "h"),
        column("EVID", "int", "0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose"),
        column("AMT", "float", "amount of a dose, 0 otherwise"),
        column("DV", "float", "observed value, null at doses"),
        column("CMT", "int", "compartment", needed=False),
        column("DVID", "text", "which quantity was observed", needed=False),
        column("RATE", "float", "infusion rate, 0 for a bolus", needed=False),
        column("II", "float", "interval of additional doses", "h", needed=False),
        column("ADDL", "int", "number of additional doses", needed=False),
        column("MDV", "int", "1 where DV is missing", needed=False),
        column("line", "int", "line of the file that the row stands on", needed=False),
    ),
)

ADJUSTMENTS = TableShape(
    name="adjustments",
    meaning="settings that people moved alone, or preferred in a comparison",
    key=("participant", "time"),
    columns=(
        column("participant", "text", "who"),
        column("time", "float", "as TIME of the event table"),
        column("value", "float", "the setting moved to, or preferred"),
        column("before", "float", "the setting moved from, or not preferred", needed=False),
        column("how", "text", "moved (alone) or compared; moved unless told", needed=False),
        column("day", "date", "day on which it was done", needed=False),
    ),
)

MARKERS = TableShape(
    name="markers",
    meaning="one row per sample and strain of a product: how many of its markers were seen",
    key=("sample", "strain"),
    columns=(
        column("sample", "text", "specimen"),
        column("strain", "text", "strain of the product"),
        column("n_markers_detected", "float", "markers seen"),
        column("n_markers_total", "float", "markers that the strain has"),
        column("mean_marker_depth", "float", "mean depth over all of them"),
    ),
)

READS = TableShape(
    name="reads",
    meaning="one row per file of sequencing reads, SAMPLE_1 and SAMPLE_2 being mates",
    key=("path",),
    columns=(column("path", "text", "file within the programme"),),
)

PRIMERS = TableShape(
    name="primers",
    meaning="one row per primer of an amplicon scheme: what it brought is not the sample's",
    key=("contig", "first", "last", "strand"),
    columns=(
        column("contig", "text", "contig of the reference"),
        column("first", "int", "1-based first position"),
        column("last", "int", "last position"),
        column("name", "text", "name of the primer"),
        column("strand", "text", "+ where it begins an amplicon, - where it ends one"),
    ),
)
