"""Lay out a new programme: a plan to fill in, and empty files with the right columns."""

import json

from nanoward.base.errors import UsageError
from nanoward.base.plan import PlanHead
from nanoward.base.plan_keys.commented import commented_head, commented_sections
from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.json_schema import plan_schema
from nanoward.base.tables import CONTACTS, SAMPLES, VARIANTS, TableShape
from nanoward.ports.folder import Folder

SCHEMA = "programme.schema.json"
HEAD = f"""\
#:schema ./{SCHEMA}
"""
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

# [tuning]                   # a model and a target: see docs/howto/find-a-setting.md
"""
FULL = """\
# Every key that a programme can state, with its meaning. To state one take the first "# " off
# its line and off the heading of its section: what is off states the default. What keeps a "# "
# then has no one default, and says what counts where it is not stated.
"""
GUIDE = """\
# {name}

Put files here and run `nanoward round {path}`:

| file | holds |
|---|---|
| programme.toml | what it is and its rules; `nanoward schema {path}` reads all of it |
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


def open_programme(folder: Folder, path: str, *, full: bool = False) -> str:
    """Write the skeleton; refuses to touch a file that is there. Returns the folder.

    full  programme.toml has every key of every section, commented out, at its default
    """
    name = path.rstrip("/").rsplit("/", 1)[-1]
    if name in ("", ".", "..") or '"' in name or "\\" in name:
        raise BadNameError(f"{path!r} gives the programme no name")
    return folder.create(
        {
            "programme.toml": HEAD + (full_plan(name) if full else PLAN.format(name=name)),
            SCHEMA: schema_text(),
            "README.md": GUIDE.format(name=name, path=path),
            **{
                f"data/{shape.name}.csv": header_of(shape)
                for shape in (SAMPLES, CONTACTS, VARIANTS)
            },
        }
    )


def full_plan(name: str) -> str:
    """A plan that says nothing but its name, with every key that it could say in comments."""
    head = commented_head(PlanHead, {"name": name, "title": name})
    return FULL + head + commented_sections(rules_classes())


def schema_text() -> str:
    """The JSON schema of programme.toml, for editors."""
    schema = plan_schema(PlanHead, rules_classes())
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def rules_classes() -> dict[str, type]:
    """Every section of programme.toml to the class of its rules."""
    return {name: one.rules_class() for name, one in declared_sections().items()}


def header_of(shape: TableShape) -> str:
    """The header line of an empty CSV table."""
    return ",".join(column.name for column in shape.columns) + "\n"
