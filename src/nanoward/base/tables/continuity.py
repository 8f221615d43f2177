"""What a round tells about the round before it: changes, and the life of findings."""

from nanoward.base.tables.shape import TableShape, column

ROUND_CHANGES = TableShape(
    name="round_changes",
    meaning="programme: one row per change since the round before",
    key=("kind", "participant", "file", "item", "id"),
    columns=(
        column(
            "kind",
            "text",
            "standing, value, row, file, person, serious event, dose while held, carrier,"
            " rules or software",
        ),
        column("participant", "text", "whom it concerns, empty where nobody alone"),
        column("file", "text", "file in which it stood, empty where none"),
        column("line", "int", "line or row in that file, as it was read last"),
        column("item", "text", "what changed: standing, column, row or file"),
        column("before", "text", "what the round before had, empty where nothing"),
        column("after", "text", "what this round has, empty where nothing"),
        column("reason", "text", "why, in words"),
        column("cause", "text", "data, time, rules, software or confirmed"),
        column("seen", "date", "day of the last round in which it was still there"),
        column("open", "bool", "a standing rests on it until a named person confirms"),
        column("id", "text", "name of the change, for `nanoward clearance confirm`"),
    ),
)

FINDING_STATES = TableShape(
    name="finding_states",
    meaning="programme: one row per finding with what became of it since it was first seen",
    key=("id",),
    columns=(
        column("id", "text", "identity across rounds: code, file, subject, column, row"),
        column("state", "text", "new, returned, standing, answered or accepted"),
        column("code", "text", "code of the finding"),
        column("severity", "text", "error, warning or note"),
        column("file", "text", "file, empty where none is to blame"),
        column("line", "int", "line in this round"),
        column("column", "text", "column or field"),
        column("subject", "text", "participant, sample or setting"),
        column("row", "text", "key of the row, as JSON"),
        column("message", "text", "what is wrong"),
        column("next_step", "text", "what to do"),
        column("first_seen", "date", "day of the round that saw it first"),
        column("role", "text", "role that it is assigned to, empty where none"),
        column("answer", "text", "last answer or reason of acceptance"),
        column("by", "text", "who gave it"),
        column("until", "date", "last day of an acceptance"),
        column("message_sha256", "text", "of the message: a changed value is asked anew"),
    ),
)
