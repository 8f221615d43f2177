"""Tables of people and samples: who was sampled, who met whom, what people moved or carry."""

from nanoward.adapters.formats.table_format import TABLE, FilePlace, TableFormat

FORMAT = (
    TableFormat(
        name="samples",
        role="samples",
        meaning="who was sampled, when",
        reader="text.sample_tables:read_samples",
        places=(
            FilePlace(
                role="samples",
                pattern=r"data/samples" + TABLE,
                names=("data/samples.csv",),
                format="CSV",
                holds="who was sampled, when",
            ),
        ),
    ),
    TableFormat(
        name="contacts",
        role="contacts",
        meaning="who met whom",
        reader="text.sample_tables:read_contacts",
        places=(
            FilePlace(
                role="contacts",
                pattern=r"data/contacts" + TABLE,
                names=("data/contacts.csv",),
                format="CSV",
                holds="who met whom",
            ),
        ),
    ),
    TableFormat(
        name="adjustments",
        role="adjustments",
        meaning="settings that people moved alone, or preferred",
        reader="text.sample_tables:read_adjustments",
        places=(
            FilePlace(
                role="adjustments",
                pattern=r"data/adjustments" + TABLE,
                names=("data/adjustments.csv",),
                format="CSV",
                holds="settings that people moved alone, or preferred",
            ),
        ),
    ),
    TableFormat(
        name="markers",
        role="markers",
        meaning="markers of each strain of a product seen in each sample",
        reader="text.sample_tables:read_markers",
        places=(
            FilePlace(
                role="markers",
                pattern=r"data/markers" + TABLE,
                names=("data/markers.csv",),
                format="CSV",
                holds="markers of each strain of a product seen in each sample",
            ),
        ),
    ),
)
