"""The shapes of the tables that pass between files, rooms and reports: the data model as data.

Readers produce these, rooms take and return these, the report shows these. A column may be
missing only where `required` is false; further columns are carried along untouched.
"Not measured" is null; "measured, absent" is a value.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "int", "float", "bool", "date", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it holds, in which unit, and whether a table may lack it."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """A table: its columns, and the columns that name a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def _c(name: str, kind: Kind, meaning: str, unit: str = "", *, needed: bool = True) -> Column:
    return Column(name=name, kind=kind, meaning=meaning, unit=unit, required=needed)


# ---- what comes in ------------------------------------------------------------------------

SAMPLES = TableShape(
    name="samples",
    meaning="one row per specimen taken from a participant",
    key=("sample",),
    columns=(
        _c("sample", "text", "identifier of the specimen"),
        _c("participant", "text", "whom it was taken from"),
        _c("taken", "date", "day of collection"),
        _c("site", "text", "where it was taken", needed=False),
        _c("household", "text", "lodging or household", needed=False),
        _c("agent", "text", "agent expected in it", needed=False),
        _c("lot", "text", "lot that the participant received", needed=False),
        _c("run", "text", "sequencing run", needed=False),
    ),
)

CONTACTS = TableShape(
    name="contacts",
    meaning="one row per pair of people and kind of contact",
    key=("a", "b", "kind", "first"),
    columns=(
        _c("a", "text", "one person"),
        _c("b", "text", "the other"),
        _c("kind", "text", "household, room, shift, intimate, sensor ..."),
        _c("first", "date", "first day", needed=False),
        _c("last", "date", "last day", needed=False),
        _c("hours", "float", "time together", "h", needed=False),
    ),
)

GENOMES = TableShape(
    name="genomes",
    meaning="one row per consensus sequence of a contig (segment, replicon) in a sample",
    key=("sample", "contig", "run"),
    columns=(
        _c("sample", "text", "specimen"),
        _c("contig", "text", "contig or segment of the reference"),
        _c("run", "text", "sequencing run, empty when not told"),
        _c("sequence", "text", "IUPAC letters, N where unreadable, - where deleted"),
        _c("line", "int", "line of the FASTA header"),
    ),
)

VARIANTS = TableShape(
    name="variants",
    meaning="one row per allele that differs from the reference, seen in a sample",
    key=("sample", "contig", "position", "ref", "alt"),
    columns=(
        _c("sample", "text", "specimen"),
        _c("contig", "text", "contig of the reference"),
        _c("position", "int", "1-based position on the contig"),
        _c(
            "ref", "text", "reference allele, empty when the source does not tell", needed=False
        ),
        _c("alt", "text", "other allele"),
        _c("frequency", "float", "share of reads that carry it, 0 to 1"),
        _c("depth", "int", "reads at the position", "reads", needed=False),
    ),
)

REFERENCE = TableShape(
    name="reference",
    meaning="the agent's reference sequences, one row per contig",
    key=("contig",),
    columns=(
        _c("contig", "text", "name of the contig"),
        _c("sequence", "text", "IUPAC letters"),
    ),
)

EVENTS = TableShape(
    name="events",
    meaning="NONMEM event table: doses and observations by person and time",
    key=("ID", "TIME", "EVID", "DVID", "CMT"),
    columns=(
        _c("ID", "text", "person"),
        _c("TIME", "float", "time since the person's first record", "h"),
        _c("EVID", "int", "0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose"),
        _c("AMT", "float", "amount of a dose, 0 otherwise"),
        _c("DV", "float", "observed value, null at doses"),
        _c("CMT", "int", "compartment", needed=False),
        _c("DVID", "text", "which quantity was observed", needed=False),
        _c("RATE", "float", "infusion rate, 0 for a bolus", needed=False),
        _c("II", "float", "interval of additional doses", "h", needed=False),
        _c("ADDL", "int", "number of additional doses", needed=False),
        _c("MDV", "int", "1 where DV is missing", needed=False),
        _c("line", "int", "line of the file that the row stands on", needed=False),
    ),
)

# ---- what the rooms find ------------------------------------------------------------------

FACTORS = TableShape(
    name="factors",
    meaning="catalogue: one row per variant of a sample against the agent's reference",
    key=("sample", "contig", "position", "ref", "alt"),
    columns=(
        _c("sample", "text", "specimen"),
        _c("contig", "text", "contig of the reference"),
        _c("position", "int", "1-based reference position"),
        _c("ref", "text", "reference allele"),
        _c("alt", "text", "allele seen; - for a deleted base"),
        _c("frequency", "float", "share, 0 to 1; 1 for a consensus base"),
        _c("depth", "int", "reads at the position, null where not told", "reads"),
        _c("evidence", "text", "consensus or minor"),
    ),
)

PROFILES = TableShape(
    name="profiles",
    meaning="catalogue: one row per sample, how it reads against the spec",
    key=("sample",),
    columns=(
        _c("sample", "text", "specimen"),
        _c("participant", "text", "whom it was taken from"),
        _c("taken", "date", "day of collection"),
        _c("readable", "int", "reference positions that could be read", "bases"),
        _c("reference_length", "int", "positions of the reference", "bases"),
        _c(
            "consensus_differences",
            "int",
            "readable positions whose consensus differs from the spec",
        ),
        _c("minor_variants", "int", "variants below consensus"),
        _c(
            "distance",
            "float",
            "differences per readable position, minor variants by frequency",
        ),
        _c("typed_as", "text", "agent, other, or unreadable"),
    ),
)

ADAPTATION = TableShape(
    name="adaptation",
    meaning="catalogue: drift from the participant's own first sample, a row per later one",
    key=("participant", "sample"),
    columns=(
        _c("participant", "text", "who"),
        _c("first_sample", "text", "sample compared with"),
        _c("sample", "text", "later sample"),
        _c("days", "int", "days between them", "d"),
        _c("differences", "float", "expected base differences between them, by frequency"),
        _c("readable", "int", "positions readable in both", "bases"),
        _c("per_site_year", "float", "differences per site and year; null within a day"),
        _c("low", "float", "lower 95 % limit of the rate"),
        _c("high", "float", "upper 95 % limit of the rate"),
    ),
)

BONDS = TableShape(
    name="bonds",
    meaning="bonds: one row per pair of participants within a stratum",
    key=("a", "b", "stratum"),
    columns=(
        _c("a", "text", "participant, first in alphabetical order"),
        _c("b", "text", "the other"),
        _c("stratum", "text", "season and subtype, lineage ..., joined by ' / '"),
        _c("sample_a", "text", "sample used for a"),
        _c("sample_b", "text", "sample used for b"),
        _c("shared", "int", "factors that both carry"),
        _c("differing", "float", "expected differing positions, by frequency"),
        _c("compared", "int", "positions readable in both", "bases"),
        _c("days_apart", "int", "days between the samples", "d"),
        _c("score", "float", "rarity-weighted score; larger is closer"),
        _c("p_value", "float", "share of unrelated pairs that score at least as high"),
        _c("q_value", "float", "Benjamini-Hochberg over all tested pairs"),
        _c("n_null", "int", "unrelated pairs that the p-value rests on"),
        _c("linked", "bool", "q_value at or below the programme's level"),
        _c("contact", "text", "recorded kinds of contact, empty when none"),
    ),
)

GRADES = TableShape(
    name="grades",
    meaning="clearance: one row per laboratory result and direction",
    key=("participant", "test", "taken", "term", "sequence"),
    columns=(
        _c("participant", "text", "who"),
        _c("sequence", "int", "LBSEQ or row of the source"),
        _c("test", "text", "LBTESTCD"),
        _c("taken", "date", "day of the sample"),
        _c("value", "float", "result as given"),
        _c("unit", "text", "unit as given"),
        _c("low", "float", "lower limit of normal as given"),
        _c("high", "float", "upper limit of normal as given"),
        _c("term", "text", "CTCAE term, empty when the test is not graded"),
        _c("direction", "text", "low or high"),
        _c("grade", "int", "0 to 4, null when not gradable"),
        _c("reason", "text", "the limit that decided, or why it is not gradable"),
    ),
)

ADVERSE_EVENTS = TableShape(
    name="adverse_events",
    meaning="clearance: one row per adverse event as the round understands it",
    key=("participant", "sequence"),
    columns=(
        _c("participant", "text", "who"),
        _c("sequence", "int", "AESEQ"),
        _c("term", "text", "AEDECOD or AETERM"),
        _c("started", "date", "first day; the earliest possible for a partial date"),
        _c("ended", "date", "last day, null while it goes on or is not told"),
        _c("severity", "text", "mild, moderate, severe, life-threatening, fatal"),
        _c("serious", "bool", "flag or any seriousness criterion"),
        _c("emergent", "bool", "began on or after the first dose"),
        _c("body_system", "text", "AEBODSYS"),
    ),
)

STANDINGS = TableShape(
    name="standings",
    meaning="clearance: one row per participant, as of the day of the round",
    key=("participant",),
    columns=(
        _c("participant", "text", "who"),
        _c("standing", "text", "screened, cleared, held, recalled, withdrawn, completed, died"),
        _c("since", "date", "day from which it holds"),
        _c("arm", "text", "arm that was given, empty before a dose"),
        _c("reasons", "list", "every reason in words, the deciding one first"),
        _c("first_dose", "date", "null before any"),
        _c("last_dose", "date", "null before any"),
        _c("worst_grade", "int", "worst laboratory grade in the window of the rule"),
        _c("emergent_events", "int", "treatment-emergent adverse events"),
    ),
)

DISPOSITION = TableShape(
    name="disposition",
    meaning="clearance: numbers for the safety board, one row per arm and measure",
    key=("measure", "arm"),
    columns=(
        _c(
            "measure",
            "text",
            "screened, randomised, with emergent event, discontinued for event ...",
        ),
        _c("arm", "text", "arm, or all"),
        _c("people", "int", "participants"),
        _c("of", "int", "participants in the arm"),
    ),
)

FITS = TableShape(
    name="fits",
    meaning="tuning: one row per person and parameter",
    key=("participant", "parameter"),
    columns=(
        _c("participant", "text", "who"),
        _c("parameter", "text", "model parameter"),
        _c("unit", "text", "unit of the value"),
        _c("eta", "float", "individual deviation on the model's scale"),
        _c("value", "float", "individual value"),
        _c("eta_se", "float", "standard error of eta (posterior)"),
        _c(
            "objective", "float", "minus twice the log posterior at the mode, NONMEM's constant"
        ),
        _c("observations", "int", "observations used"),
        _c("converged", "bool", "false means: do not use"),
    ),
)

BANDS = TableShape(
    name="bands",
    meaning="tuning: predicted course of one person, with its band",
    key=("participant", "quantity", "time"),
    columns=(
        _c("participant", "text", "who"),
        _c("quantity", "text", "what is predicted"),
        _c("time", "float", "time since the first record", "h"),
        _c("typical", "float", "prediction for a typical person"),
        _c("median", "float", "prediction for this person"),
        _c("low", "float", "lower limit of the 90 % band of a new observation"),
        _c("high", "float", "upper limit of the 90 % band of a new observation"),
    ),
)

OBSERVED = TableShape(
    name="observed",
    meaning="tuning: what was observed, beside its prediction",
    key=("participant", "quantity", "time"),
    columns=(
        _c("participant", "text", "who"),
        _c("quantity", "text", "what was observed"),
        _c("time", "float", "time since the first record", "h"),
        _c("value", "float", "observed"),
        _c("predicted", "float", "individual prediction"),
        _c("held_back", "bool", "left out of the fit to test the band"),
        _c("low", "float", "lower limit of the 90 % band"),
        _c("high", "float", "upper limit of the 90 % band"),
    ),
)

RECOMMENDATIONS = TableShape(
    name="recommendations",
    meaning="tuning: the setting that reaches the target, one row per person",
    key=("participant",),
    columns=(
        _c("participant", "text", "who"),
        _c("setting", "text", "what is set: dose, amplitude ..."),
        _c("value", "float", "recommended, null when refused"),
        _c("unit", "text", "unit of the value"),
        _c("target", "float", "exposure aimed at"),
        _c("expected", "float", "exposure expected at the recommended setting"),
        _c("low", "float", "5 % limit of that exposure"),
        _c("high", "float", "95 % limit of that exposure"),
        _c("probability", "float", "that the exposure lies within the target range"),
        _c("reason", "text", "why this setting, or why none"),
    ),
)

ORDERS = TableShape(
    name="orders",
    meaning="control: one row per order that passed the gate",
    key=("order",),
    columns=(
        _c("order", "text", "identifier"),
        _c("participant", "text", "who"),
        _c("kind", "text", "set, less or stop"),
        _c("setting", "text", "what was set, * for a stop"),
        _c("value", "float", "what was sent"),
        _c("unit", "text", "unit of the value, empty for a stop"),
        _c(
            "status",
            "text",
            "intended, unanswered, acknowledged, doubted, done, failed, lapsed",
        ),
        _c("reasons", "list", "why it is less than was asked for, empty when it is not"),
    ),
)

FLUSHES = TableShape(
    name="flushes",
    meaning="control: one row per kill code and participant at whom it was fired",
    key=("order", "participant"),
    columns=(
        _c("order", "text", "kill code"),
        _c("participant", "text", "who"),
        _c("mechanism", "text", "mechanism that was triggered"),
        _c("fired", "date", "day of the driver's answer, null while it is owed"),
        _c("outcome", "text", "intended, unanswered, verifying, cleared, escaped"),
        _c("response", "text", "one log10 down in time: yes, no, unknown"),
        _c("residual", "float", "probability that the agent is still there; null before any"),
        _c("samples", "int", "samples examined"),
        _c("earliest", "date", "when clearance may be declared at the earliest"),
        _c("latest", "date", "when it can be in 95 of 100 people who are clear"),
        _c("reasons", "list", "what is lacking, or why it escaped"),
    ),
)

FINDINGS = TableShape(
    name="findings",
    meaning="every problem in the data, one row each",
    key=("code", "file", "line", "column", "subject", "message"),
    columns=(
        _c("code", "text", "stable code"),
        _c("severity", "text", "error, warning, note"),
        _c("message", "text", "what is wrong"),
        _c("next_step", "text", "what to do"),
        _c("file", "text", "path within the programme"),
        _c("line", "int", "line or row"),
        _c("column", "text", "column or field"),
        _c("subject", "text", "participant, sample or setting"),
    ),
)

UNDECIDED = TableShape(
    name="undecided",
    meaning="what could not be decided, and why",
    key=("room", "subject", "question"),
    columns=(
        _c("room", "text", "which room was asked"),
        _c("subject", "text", "participant, sample, pair or setting"),
        _c("question", "text", "what was asked"),
        _c("reason", "text", "why there is no answer, and what would give one"),
    ),
)

INCOMING = (SAMPLES, CONTACTS, GENOMES, VARIANTS, REFERENCE, EVENTS)
FOUND = (
    PROFILES,
    FACTORS,
    ADAPTATION,
    BONDS,
    GRADES,
    ADVERSE_EVENTS,
    STANDINGS,
    DISPOSITION,
    FITS,
    BANDS,
    OBSERVED,
    RECOMMENDATIONS,
    ORDERS,
    FLUSHES,
    FINDINGS,
    UNDECIDED,
)
