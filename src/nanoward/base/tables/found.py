"""What the rooms find: the tables of a round."""

from nanoward.base.tables.shape import TableShape, column

FACTORS = TableShape(
    name="factors",
    meaning="catalogue: one row per variant of a sample against the agent's reference",
    key=("sample", "contig", "position", "ref", "alt"),
    columns=(
        column("sample", "text", "specimen"),
        column("contig", "text", "contig of the reference"),
        column("position", "int", "1-based reference position"),
        column("ref", "text", "reference allele"),
        column("alt", "text", "allele seen; - for a deleted base"),
        column("frequency", "float", "share, 0 to 1; 1 for a consensus base"),
        column("depth", "int", "reads at the position, null where not told", "reads"),
        column("evidence", "text", "consensus or minor"),
    ),
)

PROFILES = TableShape(
    name="profiles",
    meaning="catalogue: one row per sample, how it reads against the spec",
    key=("sample",),
    columns=(
        column("sample", "text", "specimen"),
        column("participant", "text", "whom it was taken from"),
        column("taken", "date", "day of collection"),
        column("readable", "int", "reference positions that could be read", "bases"),
        column("reference_length", "int", "positions of the reference", "bases"),
        column("consensus_differences", "int", "readable positions that differ from the spec"),
        column("minor_variants", "int", "variants below consensus"),
        column("distance", "float", "differences per readable position, minor by frequency"),
        column("typed_as", "text", "agent, other, or unreadable"),
    ),
)

PRESENCE = TableShape(
    name="presence",
    meaning="catalogue: one row per sample and strain of the product, whether it is there",
    key=("sample", "strain"),
    columns=(
        column("sample", "text", "specimen"),
        column("participant", "text", "whom it was taken from"),
        column("strain", "text", "strain of the product"),
        column("control", "bool", "of somebody never dosed, or from before the first dose"),
        column("score", "float", "evidence for the strain: its own, and its company's", "nats"),
        column("p_value", "float", "how often a further undosed person scores as high"),
        column("present", "bool", "p_value at or below presence_level of [catalogue]"),
    ),
)

ALIGNED = TableShape(
    name="aligned",
    meaning="catalogue: one row per contig of a sample, its consensus laid on the reference",
    key=("sample", "contig"),
    columns=(
        column("sample", "text", "specimen"),
        column("contig", "text", "contig of the reference"),
        column("sequence", "text", "IUPAC per reference position, N unreadable, - deleted"),
    ),
)

ADAPTATION = TableShape(
    name="adaptation",
    meaning="catalogue: drift from the participant's own first sample, a row per later one",
    key=("participant", "sample"),
    columns=(
        column("participant", "text", "who"),
        column("first_sample", "text", "sample compared with"),
        column("sample", "text", "later sample"),
        column("days", "int", "days between them", "d"),
        column("differences", "float", "expected base differences between them, by frequency"),
        column("readable", "int", "positions readable in both", "bases"),
        column("per_site_year", "float", "differences per site and year; null within a day"),
        column("low", "float", "lower 95 % limit of the rate"),
        column("high", "float", "upper 95 % limit of the rate"),
    ),
)

GRADES = TableShape(
    name="grades",
    meaning="clearance: one row per laboratory result and direction",
    key=("participant", "test", "taken", "term", "sequence"),
    columns=(
        column("participant", "text", "who"),
        column("sequence", "int", "LBSEQ or row of the source"),
        column("test", "text", "LBTESTCD"),
        column("taken", "date", "day of the sample"),
        column("value", "float", "result as given"),
        column("unit", "text", "unit as given"),
        column("low", "float", "lower limit of normal as given"),
        column("high", "float", "upper limit of normal as given"),
        column("term", "text", "CTCAE term, empty when the test is not graded"),
        column("direction", "text", "low or high"),
        column("grade", "int", "0 to 4, null when not gradable"),
        column("reason", "text", "the limit that decided, or why it is not gradable"),
    ),
)

ADVERSE_EVENTS = TableShape(
    name="adverse_events",
    meaning="clearance: one row per adverse event as the round understands it",
    key=("participant", "sequence"),
    columns=(
        column("participant", "text", "who"),
        column("sequence", "int", "AESEQ"),
        column("term", "text", "AEDECOD or AETERM"),
        column("started", "date", "first day; the earliest possible for a partial date"),
        column("ended", "date", "last day, null while it goes on or is not told"),
        column("severity", "text", "mild, moderate, severe, life-threatening, fatal"),
        column("serious", "bool", "flag or any seriousness criterion"),
        column("emergent", "bool", "began on or after the first dose"),
        column("body_system", "text", "AEBODSYS"),
    ),
)

STANDINGS = TableShape(
    name="standings",
    meaning="clearance: one row per participant, as of the day of the round",
    key=("participant",),
    columns=(
        column("participant", "text", "who"),
        column("standing", "text", "screened, cleared, held, recalled, withdrawn, completed"),
        column("since", "date", "day from which it holds"),
        column("arm", "text", "arm that was given, empty before a dose"),
        column("reasons", "list", "every reason in words, the deciding one first"),
        column("first_dose", "date", "null before any"),
        column("last_dose", "date", "null before any"),
        column("worst_grade", "int", "worst laboratory grade in the window of the rule"),
        column("emergent_events", "int", "treatment-emergent adverse events"),
    ),
)

DISPOSITION = TableShape(
    name="disposition",
    meaning="clearance: numbers for the safety board, one row per arm and measure",
    key=("measure", "arm"),
    columns=(
        column(
            "measure",
            "text",
            "screened, randomised, with emergent event, discontinued for event ...",
        ),
        column("arm", "text", "arm, or all"),
        column("people", "int", "participants"),
        column("of", "int", "participants in the arm"),
    ),
)

FITS = TableShape(
    name="fits",
    meaning="tuning: one row per person and parameter",
    key=("participant", "parameter"),
    columns=(
        column("participant", "text", "who"),
        column("parameter", "text", "model parameter"),
        column("unit", "text", "unit of the value"),
        column("eta", "float", "individual deviation on the model's scale"),
        column("value", "float", "individual value"),
        column("eta_se", "float", "standard error of eta (posterior)"),
        column(
            "objective", "float", "minus twice the log posterior at the mode, NONMEM's constant"
        ),
        column("observations", "int", "observations used"),
        column("converged", "bool", "false means: do not use"),
    ),
)

COVARIANCES = TableShape(
    name="covariances",
    meaning="tuning: covariance of a person's etas, lower triangle",
    key=("participant", "a", "b"),
    columns=(
        column("participant", "text", "who"),
        column("a", "text", "one parameter"),
        column("b", "text", "the other, or the same"),
        column("covariance", "float", "of the posterior near the mode"),
    ),
)

BANDS = TableShape(
    name="bands",
    meaning="tuning: predicted course of one person, with its band",
    key=("participant", "quantity", "time"),
    columns=(
        column("participant", "text", "who"),
        column("quantity", "text", "what is predicted"),
        column("time", "float", "time since the first record", "h"),
        column("typical", "float", "prediction for a typical person"),
        column("median", "float", "prediction for this person"),
        column("low", "float", "lower limit of the 90 % band of a new observation"),
        column("high", "float", "upper limit of the 90 % band of a new observation"),
    ),
)

OBSERVED = TableShape(
    name="observed",
    meaning="tuning: what was observed, beside its prediction",
    key=("participant", "quantity", "time"),
    columns=(
        column("participant", "text", "who"),
        column("quantity", "text", "what was observed"),
        column("time", "float", "time since the first record", "h"),
        column("value", "float", "observed"),
        column("predicted", "float", "individual prediction"),
        column("held_back", "bool", "left out of the fit to test the band"),
        column("low", "float", "lower limit of the 90 % band"),
        column("high", "float", "upper limit of the 90 % band"),
    ),
)

FRONTIER = TableShape(
    name="frontier",
    meaning="tuning: benefit and side effect of every setting that may be given",
    key=("participant", "setting"),
    columns=(
        column("participant", "text", "who"),
        column("setting", "float", "amount per interval"),
        column("unit", "text", "unit of the setting"),
        column("benefit", "float", "expected benefit"),
        column("low", "float", "5 % limit of the benefit"),
        column("high", "float", "95 % limit of the benefit"),
        column("harm", "float", "probability of the side effect at its worst time"),
        column("harm_low", "float", "5 % limit of that probability for this very person"),
        column("harm_high", "float", "95 % limit of it"),
        column("utility", "float", "benefit less the weighted side effect, or as preferred"),
        column("utility_low", "float", "5 % limit of the utility"),
        column("utility_high", "float", "95 % limit of the utility"),
        column("allowed", "bool", "keeps every limit: in the set that may be certified"),
        column("days", "float", "how long after the last observation, null where not allowed"),
        column("place", "text", "chosen, lower, higher (its neighbours), present, or empty"),
        column("reason", "text", "which limit it breaks, empty where allowed"),
    ),
)

COMPARISONS = TableShape(
    name="comparisons",
    meaning="tuning: was the side effect removed, the benefit kept? per person and together",
    key=("participant", "comparison", "quantity"),
    columns=(
        column("participant", "text", "who; empty for everybody together"),
        column("comparison", "text", "before-after a change of setting, or off-on"),
        column("role", "text", "benefit, side effect, or own rating"),
        column("quantity", "text", "what was measured or told"),
        column("before", "float", "mean before the change, or while off"),
        column("after", "float", "mean after it, or while on"),
        column("measured_before", "int", "measurements before (people, in the row of all)"),
        column("measured_after", "int", "measurements after"),
        column("below", "int", "of them below the limit of detection"),
        column("change", "float", "after less before"),
        column("low", "float", "lower limit of the 95 % interval of the change"),
        column("high", "float", "upper limit of it"),
        column("detectable", "float", "smallest change that these data tell from none"),
        column("verdict", "text", "removed, less, kept, lost, better, ..., or cannot tell"),
        column("reason", "text", "what lacks, or what the verdict rests on"),
    ),
)

RECOMMENDATIONS = TableShape(
    name="recommendations",
    meaning="tuning: the setting that reaches the target, one row per person",
    key=("participant",),
    columns=(
        column("participant", "text", "who"),
        column("setting", "text", "what is set: dose, amplitude ..."),
        column("value", "float", "recommended, null when refused"),
        column("unit", "text", "unit of the value"),
        column("target", "float", "exposure aimed at"),
        column("expected", "float", "exposure expected at the recommended setting"),
        column("low", "float", "5 % limit of that exposure"),
        column("high", "float", "95 % limit of that exposure"),
        column("probability", "float", "that the exposure lies within the target range"),
        column("reason", "text", "why this setting, or why none"),
        column("words", "text", "the setting and its neighbours in words", needed=False),
    ),
)

ORDERS = TableShape(
    name="orders",
    meaning="control: one row per order that passed the gate",
    key=("order",),
    columns=(
        column("order", "text", "identifier"),
        column("participant", "text", "who"),
        column("kind", "text", "set, less or stop"),
        column("setting", "text", "what was set, * for a stop"),
        column("value", "float", "what was sent"),
        column("unit", "text", "unit of the value, empty for a stop"),
        column(
            "status",
            "text",
            "intended, unanswered, acknowledged, doubted, done, failed, lapsed",
        ),
        column("reasons", "list", "why it is less than was asked for, empty when it is not"),
    ),
)

FLUSHES = TableShape(
    name="flushes",
    meaning="control: one row per kill code and participant at whom it was fired",
    key=("order", "participant"),
    columns=(
        column("order", "text", "kill code"),
        column("participant", "text", "who"),
        column("mechanism", "text", "mechanism that was triggered"),
        column("fired", "date", "day of the driver's answer, null while it is owed"),
        column("outcome", "text", "intended, unanswered, verifying, cleared, escaped"),
        column("response", "text", "one log10 down in time: yes, no, unknown"),
        column("residual", "float", "probability that the agent is still there, or null"),
        column("samples", "int", "samples examined"),
        column("earliest", "date", "when clearance may be declared at the earliest"),
        column("latest", "date", "when it can be in 95 of 100 people who are clear"),
        column("reasons", "list", "what is lacking, or why it escaped"),
    ),
)

FINDINGS = TableShape(
    name="findings",
    meaning="every problem in the data, one row each",
    key=("code", "file", "line", "column", "subject", "message"),
    columns=(
        column("code", "text", "stable code"),
        column("severity", "text", "error, warning, note"),
        column("message", "text", "what is wrong"),
        column("next_step", "text", "what to do"),
        column("file", "text", "path within the programme"),
        column("line", "int", "line or row"),
        column("column", "text", "column or field"),
        column("subject", "text", "participant, sample or setting"),
        column("row", "text", "JSON: role and columns that name the row, or empty"),
    ),
)

UNDECIDED = TableShape(
    name="undecided",
    meaning="what could not be decided, and why",
    key=("room", "subject", "question"),
    columns=(
        column("code", "text", "which question it is; see findings"),
        column("room", "text", "which room was asked"),
        column("subject", "text", "participant, sample, pair or setting"),
        column("question", "text", "what was asked"),
        column("reason", "text", "why there is no answer, and what would give one"),
    ),
)

TYPED_READS = TableShape(
    name="typed_reads",
    meaning="catalogue: one row per sample that was typed from its reads",
    key=("sample",),
    columns=(
        column("sample", "text", "specimen"),
        column("reads", "int", "reads in its files", "reads"),
        column("placed", "int", "reads that lie on the agent", "reads"),
        column("pairs", "int", "pairs of which both mates do"),
        column("duplicates", "int", "PCR duplicates among them, left out"),
        column("readable", "int", "reference positions that could be read", "bases"),
        column("reference_length", "int", "positions of the reference", "bases"),
        column("identity", "float", "share of the readable ones that are as the agent's"),
        column(
            "verdict",
            "text",
            "ours, relative, mixture, part, absent or cannot tell: the gate's",
        ),
        column("alike", "float", "identity of its reads with the agent, from the gate"),
        column("alike_low", "float", "lower limit of it, one in a thousand outside"),
        column("alike_high", "float", "upper limit of it"),
        column("spread", "float", "how evenly reads lie over the agent, 0 to 1"),
        column("second_share", "float", "share of a second strain, null where none shows"),
        column("second_alike", "float", "identity of the second strain with the agent"),
        column("depth", "float", "mean depth", "reads"),
        column("detection_limit", "float", "share that a variant needs to be seen; median"),
        column("blind", "int", "positions where no variant could have been seen", "bases"),
        column("consensus_variants", "int", "variants of the consensus"),
        column("minor_variants", "int", "variants below consensus"),
        column("other_strain", "int", "letters that belong to a second strain"),
    ),
)
