"""What stands open of messages, and how other sites are reached."""

from nanoward.base.tables.shape import TableShape, column

MESSAGES = TableShape(
    name="messages",
    meaning="programme: one row per message that is not settled",
    key=("message",),
    columns=(
        column("message", "text", "identifier"),
        column("kind", "text", "of the closed list"),
        column("urgency", "text", "now, today or week"),
        column("to", "text", "role, or participant"),
        column("participant", "text", "whom it is for or about, empty where nobody"),
        column("site", "text", "whose ledger it is for, empty for this one"),
        column("state", "text", "written, sent, arrived, read, acknowledged, escalated ..."),
        column("overdue", "bool", "its moment passed before what was wanted was done"),
        column("turned_to", "text", "roles that are responsible by now"),
        column("act_by", "text", "moment, UTC"),
        column("wants", "text", "receipt, acknowledgement or answer"),
        column("reason", "text", "why it was refused, empty where it was not"),
    ),
)

RELAY_SITES = TableShape(
    name="relay_sites",
    meaning="programme: one row per other site, how far its exchange has come",
    key=("site",),
    columns=(
        column("site", "text", "trial site, or a partner's ship or station"),
        column("last_seen", "text", "when its last file was read here, UTC; null: never"),
        column("days_since", "float", "since then", "d"),
        column("unreceipted", "int", "messages for it without a receipt"),
        column("safety_days", "float", "age of the oldest safety message without one", "d"),
        column("gaps", "int", "messages that it wrote for this site and that are not here"),
        column("late", "int", "its messages that came too late to be acted on"),
        column("clock_ahead_h", "float", "least that its clock is ahead", "h"),
        column("went_back", "int", "times that it was found to be restored from a copy"),
        column("acts", "int", "acts with people that it told of"),
    ),
)
