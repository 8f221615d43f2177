"""What audit tells of partners: claims, audits and verdicts by type."""

from nanoward.base.tables.shape import TableShape, column

PARTNER_CLAIMS = TableShape(
    name="partner_claims",
    meaning="audit: what each partner claimed, what was measured again, and how it stands",
    key=("partner", "type"),
    columns=(
        column("partner", "text", "name in [audit.partners]"),
        column("type", "text", "name in [audit.types]"),
        column("claims", "int", "signed claims received"),
        column("expected", "int", "claims that are owed by the schedule"),
        column("audited", "int", "items that were drawn and compared"),
        column("differing", "int", "of them that differ"),
        column("missing", "int", "owed claims that were not made when it was judged"),
        column("after_reveal", "int", "items claimed only after our measurement was revealed"),
        column("verdict", "text", "contradiction, pattern, missing, differs, cannot tell, "
               "agrees, overturned, not audited"),
        column("direction", "text", "whom a pattern favours: partner or nobody"),
        column("evidence", "float", "e-value against honesty", needed=False),
        column("threshold", "float", "what alone accuses", needed=False),
        column("seen_from", "float", "smallest share of false items that would have been seen "
               "with 95 %; null: none", "1", needed=False),
        column("told", "text", "the verdict in a sentence"),
        column("answer", "text", "what the partner last said to it"),
        column("appeal", "text", "open, upheld, overturned, cannot tell, or nothing"),
    ),
)  # fmt: skip
