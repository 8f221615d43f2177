"""What the rooms find of lots and of adaptation: further tables of a round."""

from nanoward.base.tables.shape import TableShape, column

LOTS = TableShape(
    name="lots",
    meaning="agents: one row per lot that people received",
    key=("lot",),
    columns=(
        column("lot", "text", "lot"),
        column("agent", "text", "agent that it was built as, null when never sequenced"),
        column("version", "text", "version of the spec that it was built to"),
        column("status", "text", "released, refused, or unknown to the ledger"),
        column("decided", "date", "day of the last word on it"),
        column("differences", "int", "variants of the lot against its spec"),
        column("people", "int", "participants who received it"),
        column("reasons", "list", "why it was refused"),
        column("escapes", "list", "escape claimed of each kill, and what its reads could see"),
    ),
)

ACQUIRED = TableShape(
    name="acquired",
    meaning="catalogue: one row per variant that a participant's start did not have",
    key=("participant", "contig", "position", "ref", "alt"),
    columns=(
        column("participant", "text", "who"),
        column("contig", "text", "contig of the reference"),
        column("position", "int", "1-based reference position"),
        column("ref", "text", "reference allele"),
        column("alt", "text", "allele seen; - for a deleted base"),
        column("start", "text", "what it is counted from: lot, or first sample"),
        column("sample", "text", "first sample that had it"),
        column("days", "int", "days from the start to that sample", "d"),
        column("frequency", "float", "its share in the participant's last sample, 0 to 1"),
        column("highest", "float", "its largest share in any sample"),
        column("samples", "int", "samples that had it"),
        column("locus", "text", "locus of the spec that it lies in, null for none"),
        column(
            "effect", "text", "synonymous, missense, stop, frame, or null outside of frames"
        ),
    ),
)

DEPARTURES = TableShape(
    name="departures",
    meaning="catalogue: one row per sample, how far it is from the recipient's own start",
    key=("participant", "sample"),
    columns=(
        column("participant", "text", "who"),
        column("sample", "text", "specimen"),
        column("lot", "text", "lot that the participant received, null where not told"),
        column("start", "text", "lot, or first sample where the lot was never sequenced"),
        column("days", "int", "days from the first dose (or the first sample)", "d"),
        column("differences", "float", "expected base differences from the start"),
        column("acquired", "float", "of these, shares of alleles that the start did not have"),
        column("readable", "int", "positions that the sample tells", "bases"),
    ),
)

RATES = TableShape(
    name="rates",
    meaning="catalogue: how fast the agent changes in each host; participant * is everybody",
    key=("participant",),
    columns=(
        column("participant", "text", "who, or * for all"),
        column("start", "text", "lot, first sample, or mixed"),
        column("samples", "int", "samples that speak"),
        column("days", "int", "days from the start to the last sample", "d"),
        column("acquired", "float", "expected new alleles in the last sample"),
        column("site_years", "float", "readable positions times years"),
        column("per_site_year", "float", "new alleles per site and year"),
        column("low", "float", "lower 95 % limit"),
        column("high", "float", "upper 95 % limit"),
    ),
)

RECURRENCE = TableShape(
    name="recurrence",
    meaning="catalogue: loci and sites that changed in unrelated people more often than chance",
    key=("unit", "contig", "first", "alt"),
    columns=(
        column("unit", "text", "site, or the name of the locus"),
        column("contig", "text", "contig of the reference"),
        column("first", "int", "first position"),
        column("last", "int", "last position"),
        column("alt", "text", "allele of a site, empty for a locus"),
        column("origins", "int", "independent acquisitions"),
        column("people", "int", "participants who have it"),
        column("expected", "float", "acquisitions expected by chance"),
        column("p_value", "float", "of at least as many by chance (exact)"),
        column("q_value", "float", "Benjamini-Hochberg over all loci, or over all sites"),
        column("recurrent", "bool", "q_value at or below 5 %"),
    ),
)

SELECTION = TableShape(
    name="selection",
    meaning="catalogue: dN/dS of what hosts acquired, per reading frame; * is all of them",
    key=("locus",),
    columns=(
        column("locus", "text", "reading frame of the spec, or *"),
        column("missense", "int", "independent acquisitions that change the protein"),
        column("synonymous", "int", "independent acquisitions that do not"),
        column("missense_sites", "float", "sites by Nei and Gojobori (1986)"),
        column("synonymous_sites", "float", "sites by Nei and Gojobori (1986)"),
        column("ratio", "float", "dN/dS; null where nothing synonymous was acquired"),
        column("low", "float", "lower 95 % limit (exact)"),
        column("high", "float", "upper 95 % limit; null for infinity"),
        column("p_value", "float", "two-sided, of a ratio of 1 (exact)"),
    ),
)

GUARDED_LOCI = TableShape(
    name="guarded_loci",
    meaning="catalogue: one row per sample and kill or safety locus of the spec",
    key=("sample", "locus"),
    columns=(
        column("sample", "text", "specimen"),
        column("participant", "text", "whom it was taken from"),
        column("taken", "date", "day of collection"),
        column("locus", "text", "locus of the spec"),
        column("role", "text", "kill or safety"),
        column("state", "text", "altered, intact, or unread"),
        column("highest", "float", "largest share of any variant in it"),
        column("variants", "list", "contig:position ref>alt share, of every variant in it"),
        column("readable", "int", "positions of it that the sample tells", "bases"),
        column("length", "int", "positions of it", "bases"),
        column("detection_limit", "float", "share that a variant needed; null where not told"),
    ),
)

OWNERS = TableShape(
    name="owners",
    meaning="catalogue: one row per sample, does it belong to the person whose name it bears?",
    key=("sample",),
    columns=(
        column("sample", "text", "specimen"),
        column("participant", "text", "whose name it bears"),
        column("fits", "text", "participant whose other samples it fits best, null for none"),
        column("own_score", "float", "log evidence for the person named"),
        column("other_score", "float", "log evidence for the best other person"),
        column("private", "int", "factors of the person's other samples that few others have"),
        column("verdict", "text", "own, swapped, met (a question), or undecided"),
        column("power", "float", "share of swaps with others that would have been seen"),
    ),
)

CARRYOVER = TableShape(
    name="carryover",
    meaning="catalogue: material of one sample in another of the same run",
    key=("sample", "source"),
    columns=(
        column("sample", "text", "specimen that holds foreign material"),
        column("source", "text", "specimen that it may come from"),
        column("run", "text", "sequencing run of both"),
        column("shared", "int", "alleles of the source seen as minor variants"),
        column("telling", "int", "alleles by which the source would show"),
        column("lacking", "int", "alleles of its own that the source lacks"),
        column("expected", "float", "of the telling ones, expected by chance"),
        column("evidence", "float", "log likelihood ratio against no foreign material"),
        column("dose", "float", "share of foreign material"),
        column("low", "float", "lower 95 % limit of the share"),
        column("high", "float", "upper 95 % limit of the share"),
        column("p_value", "float", "upper limit of chance: 1 / likelihood ratio"),
        column("q_value", "float", "the same for all pairs of the run together"),
        column(
            "verdict",
            "text",
            "contaminated, met, source unclear, another fits better, or none",
        ),
        column("flagged", "bool", "contaminated: q_value at or below 1 %, source named"),
    ),
)

COVERAGE = TableShape(
    name="coverage",
    meaning="catalogue: how deep each stretch of the agent was read, per sample of reads",
    key=("sample", "contig", "first"),
    columns=(
        column("sample", "text", "specimen"),
        column("contig", "text", "contig of the reference"),
        column("first", "int", "first position of the stretch"),
        column("last", "int", "last position of the stretch"),
        column("depth", "float", "mean depth", "reads"),
        column("least", "int", "least depth", "reads"),
        column("detection_limit", "float", "share that a variant needs to be seen; median"),
    ),
)
