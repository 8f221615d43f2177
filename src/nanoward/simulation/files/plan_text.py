"""programme.toml and the agent's spec.toml of a simulated programme."""

from collections.abc import Mapping
from datetime import timedelta

from nanoward.base.canonical import sha256_of
from nanoward.simulation.genomes.genome import CONTIGS, LOCI, mean_rate
from nanoward.simulation.hosts.exposure import DOSE_EVERY_H, OMEGA, PROPORTIONAL_SD, TYPICAL
from nanoward.simulation.hosts.questionnaires import SELF_HARM_ITEM
from nanoward.simulation.hosts.standings import HELD_FROM_GRADE, RECALLED_FROM_GRADE
from nanoward.simulation.study import Study

AGENT = "wardling"
USUAL_DAYS_APART = 40  # of linked people since their common source; our assumption
SPEC_LASTS = timedelta(days=365)
SETTING = """
[[settings]]
name = "inducer"
unit = "mg"
low = 0.0
high = 300.0
step = 25.0
default = 100.0
on_loss = 0.0
largest_change = 75.0
longest_h = 24.0
may_change = "participant"
own_low = 25.0
own_high = 200.0
"""
# Escape rates are our assumption; the numbers only have to be of a likely size.
KILLS = """
[[kills]]
name = "lysis"
locus = "kill"
trigger = "arabinose by mouth"
escape = 1e-9
escape_low = 2e-10
escape_high = 5e-9
conditions = "assumed: culture, 37 Cel, 24 h"
doubling_h = 24.0
assay = "plating of 1 g"
detection_limit = 3.0

[[kills]]
name = "starvation"
locus = "auxotrophy"
trigger = "diaminopimelate withdrawn"
escape = 1e-10
escape_low = 1e-11
escape_high = 1e-9
conditions = "assumed: culture, 37 Cel, 72 h"
doubling_h = 24.0
assay = "plating of 1 g"
detection_limit = 3.0
"""
EFFECTS = """
[[effects]]
term = "Exposure within its range"
direction = "benefit"
share = 0.7

[[effects]]
term = "Nausea"
direction = "harm"
share = 0.1
"""
UNITS = {"KA": "1/h", "CL": "L/h", "V": "L"}


def programme_text(study: Study) -> str:
    """programme.toml: what the programme is, and the rules that each room works by."""
    kind = study.agent_kind
    told = (
        f"Everything here is simulated: {study.participants} people, {study.weeks} weeks,"
        f" seed {study.seed}, agent of the kind {kind}."
    )
    where = (
        "What is true of it stands in truth/: links, transmissions, standings, grades,"
        " parameters, faults."
    )
    passes = (
        "The agent passes along contacts."
        if study.transmission
        else "The agent never passes: no pair of people is linked."
    )
    listed = "\n".join(f"  {quoted(fact)}," for fact in (told, where, passes))
    return f"""\
name = "simulated-{kind}-{study.seed}"
title = "Simulated programme with an engineered {kind}"
as_of = {study.as_of.isoformat()}
agent = "{AGENT}"
council = "none: simulated people"
origin = "nanoward simulate --participants {study.participants} --weeks {study.weeks} \
--seed {study.seed} --agent-kind {kind}"
licence = "CC0-1.0"
citation = "nanoward, simulated programmes"
facts = [
{listed}
]

[catalogue]

[bonds]
{bonds_text(study)}
[clearance]
{clearance_text()}
[tuning]
{tuning_text()}"""


def bonds_text(study: Study) -> str:
    """The rules of bonds: everybody received one lot; a person's last sample speaks."""
    rate = mean_rate(study.kind)
    passed = 2 * USUAL_DAYS_APART * rate * sum(CONTIGS.values()) / 365.25
    return f"""\
strata = ["agent"]
prefer = ["visit"]
lot_is_common_source = true
clock_per_site_year = {rate:.6g}
linked_differences = {passed:.1f}
"""


def clearance_text() -> str:
    """The rules of clearance by which truth/standings.csv is worked out."""
    return f"""\
grading = "5.0"
hold_grade = {HELD_FROM_GRADE}
recall_grade = {RECALLED_FROM_GRADE}
hold_event = "severe"
urgent_items = ["{SELF_HARM_ITEM}"]
"""


def tuning_text() -> str:
    """The true population model, and an exposure to aim at (our assumption)."""
    parameters = "\n".join(
        f'{name} = {{ typical = {typical}, unit = "{UNITS[name]}",'
        f" variance = {OMEGA[name] ** 2:.6g} }}"
        for name, typical in TYPICAL.items()
    )
    return f"""\
held_back = 0.3

[tuning.model]
name = "simulated-oral"
quantity = "exposure"
unit = "mg/L"
compartments = 1
absorption = "first-order"
citation = "the simulation's own truth"

[tuning.model.parameters]
{parameters}

[tuning.model.residual]
proportional = {PROPORTIONAL_SD**2:.6g}

[tuning.target]
measure = "average"
value = 1.5
low = 1.05
high = 1.95
unit = "mg/L"
interval = {DOSE_EVERY_H}
lowest = 25.0
highest = 300.0
step = 25.0
setting = "inducer, once daily"
citation = "an assumption of the simulation"
"""


def spec_text(study: Study, contigs: Mapping[str, str]) -> str:
    """agents/NAME/spec.toml: what the agent was designed to be; `agents check` accepts it.

    contigs  the reference's letters
    """
    stated = "".join(
        f"""
[[contigs]]
name = "{name}"
length = {len(letters)}
sha256 = "{sha256_of(letters.encode())}"
"""
        for name, letters in contigs.items()
    )
    loci = "".join(
        f"""
[[loci]]
name = "{locus.name}"
role = "{locus.role}"
contig = "{locus.contig}"
first = {locus.first}
last = {locus.last}
coding = {str(locus.coding).lower()}
"""
        for locus in LOCI
    )
    return f"""\
name = "{AGENT}"
title = "An engineered {study.agent_kind} that does not exist"
version = "1.0.0"
kind = "{study.agent_kind}"
expires = {(study.as_of + SPEC_LASTS).isoformat()}
{stated}{loci}{SETTING}{KILLS}{EFFECTS}"""


def quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
