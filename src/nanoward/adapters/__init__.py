"""Adapters: the concrete parts behind the ports. Only wiring imports them."""

SECTIONS = {
    "columns": (
        "nanoward.adapters.formats.column_names:ColumnsSection",
        "nanoward.adapters.formats.column_names:columns_section",
    ),
    "storage": (
        "nanoward.adapters.stores.shared.storage_rules:StorageRules",
        "nanoward.adapters.stores.shared.storage_rules:storage_rules",
    ),
}
