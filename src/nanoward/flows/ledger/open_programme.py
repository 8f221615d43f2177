"""Lay out a new programme: a plan to fill in, and empty files with the right columns."""

from nanoward.base.errors import UsageError
from nanoward.base.tables import CONTACTS, SAMPLES, VARIANTS, TableShape
from nanoward.ports.folder import Folder

PLAN = """\
# What this programme is, and the rules that each room works by.
# Every key is explained in docs/reference/programme.md.
name = "{name}"
title = "{name}"
council = ""                 # the safety board that reads the report
# as_of = 2026-11-23         # a round stands for today unless a day is named here
# agent = "my-agent"         # folder agents/my-agent with reference.fasta
origin = ""
licence = ""
citation = ""
facts = []                   # what is known to be true of the data

[bonds]
# strata = ["season", "lineage"]   # columns of samples.csv; pairs are compared within them

[clearance]
# psychological_weeks = 2    # ask for a questionnaire; by default only where any is kept
# urgent_items = ["PHQ909"]  # items whose answer above 0 holds at once, and which must be asked

# [tuning]                   # a model and a target: see docs/howto/tune-a-setting.md
"""
GUIDE = """\
# {name}

Put files here and run `nanoward round {path}`:

| file | holds |
|---|---|
| data/samples.csv | who was sampled, when |
| data/*.fasta, data/variants.csv, data/*.vcf | what the samples hold |
| data/contacts.csv | who met whom |
| data/sdtm/*.xpt | consents, visits, laboratory, adverse events (SDTM) |
| data/events.csv | doses and measurements (NONMEM event table) |
| agents/NAME/reference.fasta | the agent's reference sequence |
"""


class BadNameError(UsageError):
    """The new programme has no usable name."""

    code = "USE-011"
    next_step = "Name a folder, such as my-programme."


def open_programme(folder: Folder, path: str) -> str:
    """Write the skeleton; refuses to touch a file that is there. Returns the folder."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    if name in ("", ".", "..") or '"' in name or "\\" in name:
        raise BadNameError(f"{path!r} gives the programme no name")
    return folder.create(
        {
            "programme.toml": PLAN.format(name=name),
            "README.md": GUIDE.format(name=name, path=path),
            **{
                f"data/{shape.name}.csv": header_of(shape)
                for shape in (SAMPLES, CONTACTS, VARIANTS)
            },
        }
    )


def header_of(shape: TableShape) -> str:
    """The header line of an empty CSV table."""
    return ",".join(column.name for column in shape.columns) + "\n"
