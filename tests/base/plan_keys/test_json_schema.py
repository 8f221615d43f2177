"""Schema and readers agree: both take sound plans, both refuse a wrong key and a wrong kind."""

import copy
import tomllib
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from nanoward.adapters.formats.text.plan_file import plan_of
from nanoward.base.errors import NanowardError
from nanoward.base.plan import PlanHead
from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.json_schema import kind_schema, plan_schema
from nanoward.flows.ledger.read_plan import read_sections

ROOT = Path(__file__).parents[3]
WRONG = [[1]]  # is of no kind that any key has
Path_ = tuple[str | int, ...]
CONTROL = """
name = "w"
[control]
agent = "a"
spec_sha256 = "00"
[control.settings.inducer]
unit = "mg"
low = 0.0
high = 10.0
default = 0.0
step = 1.0
rise_per_h = 1.0
exposure_per_day = 10.0
lease_s = 3600
who = ["staff"]
reading = { quantity = "q", unit = "mg", low = 0.0, high = 1.0 }
[control.mechanisms.lysis]
dose = 1.0
unit = "mg"
log_kill = 9.0
escape = 1e-9
half_life_h = 2.0
second = "surgery"
[control.flush]
doubling_h = 24.0
response_h = 72.0
[[control.flush.routes]]
assay = "pcr"
matrix = "stool"
lod = 3.0
fraction = 0.1
clumping = 1.0
alpha = 2.0
beta = 1.0
[[control.signers]]
name = "anna"
key = "k"
public = "00"
scheme = "ed25519"
roles = ["staff", "physician"]
person = "anna"
scopes = ["ours"]
[control.drivers.simulated]
kind = "simulated"
[control.passkeys]
domain = "ward.example"
origin = "https://ward.example"
"""
WHOLE = """
name = "w"
title = "W"
as_of = 2026-11-23
time_zone = "Europe/Berlin"
facts = ["one"]
[agents.people]
anna = "00"
[audit]
alpha = 0.01
items = 60
missing = 0.02
[audit.types.dose]
kind = "continuous"
unit = "mg"
sd = 1.0
[columns]
participant = "Proband"
[columns.events]
ID = "SUBJ"
[storage]
blobs = "s3://bucket/ward"
region = "eu-central-1"
[service]
phone = "+49 30 1"
[reads]
technology = "ont"
keep_duplicates = true
least_depth = 8
[watch]
run_length = 500
acknowledge_minutes = 30
[[watch.rota]]
people = ["anna"]
role = "physician"
[objects]
[[objects.zone]]
name = "harbour"
centre = [54.0, 10.0]
radius_m = 500.0
[[objects.sensor]]
name = "radar"
kind = "scanning"
place = [54.0, 10.0]
[objects.motion]
model = "ship"
[objects.catalogue]
known = ["1"]
[objects.rules]
run_length_h = 720
[programme]
currency = "EUR"
leave_cost_share = "0.10"
country = "US"
apart = ["P01 P02"]
restricted = ["P03"]
overbooking = true
[programme.people]
director = "ab12"
[programme.sites.ward]
time_zone = "Europe/Berlin"
open = ["mon"]
morning = "08:00"
closed = ["2026-12-24/2027-01-01 holidays"]
capacity = { clinician = 6 }
beds = { single = 4 }
restricted_half = "afternoon"
restricted_at_once = 1
people = ["P01"]
[programme.needs.weekly]
clinician = 1
[programme.steps.weekly]
clinician = 2
[programme.schedule.weekly]
every = 7
before = 2
[[programme.rooms]]
site = "ward"
name = "r1"
kind = "single"
beds = 1
own_air = true
[programme.return]
transport = "taxi"
payer = "programme"
cost = "120.00"
room = "ward/r1"
[programme.council]
meeting_hours = 72
grades = { samples = "guessed" }
[programme.messages]
site = "centre"
quiet = ["21:00", "08:00"]
participants = ["screen"]
first_minutes = 15
done_hours = { now = 4 }
heartbeat = "screen"
[programme.messages.roles.physician]
zone = "UTC"
duty = ["mon-fri 08:00-18:00"]
address = "a@ward.example"
[programme.messages.chains]
default = ["physician 30"]
[programme.messages.deliveries.post]
kind = "outbox"
[programme.urgent]
reference = "IB 3"
expected = { Headache = "severe" }
zone = "UTC"
sender = "S"
receiver = "R"
number = "DE-X"
[tuning]
draws = 200
held_back = 0.2
[tuning.model]
name = "f"
[tuning.model.parameters.K]
typical = 1
variance = 0.1
[tuning.model.compartments.C]
derivative = "-K * C"
number = 1
[tuning.model.outputs.y]
value = "C"
additive = 0.1
[tuning.goal]
setting = "dose"
unit = "mg"
interval = 24.0
lowest = 0
highest = 10.0
step = 1.0
benefit = "y"
side_effect = "y"
horizon = 48.0
[clearance]
hold_grade = 3
hold_scores = { PHQ9TOT = 20 }
powers = { P01 = ["employer"] }
lodging = { P01 = "house 2" }
[[clearance.stopping]]
name = "severe"
event = "severe"
risk = 0.1
people = 40
"""


@cache
def _schema() -> Draft7Validator:
    sections = {name: one.rules_class() for name, one in declared_sections().items()}
    schema = plan_schema(PlanHead, sections)
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def _as_editor(value: Any) -> Any:
    """A plan as an editor hands it to a schema: dates and times are texts."""
    if isinstance(value, dict):
        return {name: _as_editor(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_editor(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def schema_takes(plan: dict[str, Any]) -> bool:
    return _schema().is_valid(_as_editor(plan))


def readers_take(plan: dict[str, Any]) -> bool:
    """Whether every reader takes its section; another exception than ours is our fault."""
    try:
        return not any(read_sections(plan_of(plan, sha256="")).values())
    except NanowardError:
        return False


def _plans() -> dict[str, str]:
    found = {
        path.parent.name: path.read_text()
        for path in sorted((ROOT / "examples").glob("*/programme.toml"))
    }
    return {**found, "control": CONTROL, "whole": WHOLE}


def _tables(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    if isinstance(value, dict):
        yield path
        for name, one in value.items():
            yield from _tables(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _tables(one, (*path, place))


def _at(plan: Any, path: Path_) -> Any:
    for one in path:
        plan = plan[one]
    return plan


def _changed(plan: dict[str, Any], path: Path_, name: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(plan)
    _at(changed, path)[name] = value
    return changed


def _disagreements(plan: dict[str, Any], *, unknown: bool) -> list[tuple[Path_, bool, bool]]:
    """Mutations that schema and readers do not both refuse."""
    found = []
    for path in _tables(plan):
        for name in ("no_such_key",) if unknown else tuple(_at(plan, path)):
            value = 1 if unknown else WRONG
            if unknown and _names_are_free(path):
                value = WRONG  # of any name, but not of any kind
            changed = _changed(plan, path, name, value)
            told = schema_takes(changed), readers_take(changed)
            if any(told) and not _is_open((*path, name)):
                found.append(((*path, name), *told))
    return found


FREE = (
    "people", "columns", "require", "hold_scores", "powers", "lodging", "types", "partners",
    "parameters", "outputs", "compartments", "definitions", "settings", "mechanisms", "drivers",
    "sites", "capacity", "beds", "needs", "weekly", "steps", "schedule", "roles", "chains",
    "deliveries", "members", "physicians", "grades", "expected", "done_hours", "events",
)  # fmt: skip


def _names_are_free(path: Path_) -> bool:
    return bool(path) and path[-1] in FREE and path[:-1] != ("programme", "schedule")


def _is_open(path: Path_) -> bool:
    """Options of a driver or a channel are its own kind's to refuse."""
    return any(one in ("drivers", "deliveries") for one in path[:-2])


@pytest.mark.parametrize("name", sorted(_plans()))
def test_sound_plans_are_taken_by_both(name: str) -> None:
    plan = tomllib.loads(_plans()[name])
    assert [one.message for one in _schema().iter_errors(_as_editor(plan))] == []
    told = read_sections(plan_of(plan, sha256=""))
    assert {section: str(one) for section, one in told.items() if one} == {}


def test_a_simulated_plan_is_taken_by_both_and_its_faults_refused(simulated: Path) -> None:
    plan = tomllib.loads((simulated / "programme.toml").read_text())
    assert schema_takes(plan)
    assert readers_take(plan)
    assert _disagreements(plan, unknown=True) == []
    assert _disagreements(plan, unknown=False) == []


@pytest.mark.hazard("H-453")
@pytest.mark.parametrize("name", sorted(_plans()))
def test_a_key_that_nobody_knows_is_refused_by_both(name: str) -> None:
    assert _disagreements(tomllib.loads(_plans()[name]), unknown=True) == []


@pytest.mark.hazard("H-453")
@pytest.mark.parametrize("name", sorted(_plans()))
def test_a_value_of_another_kind_is_refused_by_both(name: str) -> None:
    assert _disagreements(tomllib.loads(_plans()[name]), unknown=False) == []


@pytest.mark.parametrize(
    ("section", "path", "key"),
    [
        ("whole", (), "name"),
        ("whole", ("objects", "zone", 0), "name"),
        ("whole", ("clearance", "stopping", 0), "risk"),
        ("whole", ("audit", "types", "dose"), "kind"),
        ("whole", ("programme", "rooms", 0), "site"),
        ("whole", ("tuning", "goal"), "horizon"),
        ("control", ("control",), "agent"),
        ("control", ("control", "settings", "inducer"), "lease_s"),
        ("control", ("control", "signers", 0), "key"),
        ("control", ("control", "passkeys"), "origin"),
    ],
)
def test_a_key_that_must_be_stated_is_missed_by_both(
    section: str, path: Path_, key: str
) -> None:
    plan = tomllib.loads(_plans()[section])
    del _at(plan, path)[key]
    assert (schema_takes(plan), readers_take(plan)) == (False, False)


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (int, {"type": "integer"}),
        (tuple[str, ...], {"type": "array", "items": {"type": "string"}}),
        (str | float, {"anyOf": [{"type": "string"}, {"type": "number"}]}),
        (int | None, {"type": "integer"}),
    ],
)  # fmt: skip
def test_kinds_are_those_of_json(hint: Any, schema: dict[str, Any]) -> None:
    assert kind_schema(hint) == schema


def test_bounds_choices_and_defaults_stand_in_the_schema() -> None:
    clearance = _schema().schema["properties"]["clearance"]["properties"]
    assert clearance["hold_grade"]["minimum"] == 1
    assert clearance["hold_grade"]["default"] == 3
    assert clearance["consent"]["enum"] == ["recorded", "elsewhere"]
    assert "default" not in clearance["psychological_weeks"]  # silence means something else
    goal = _schema().schema["properties"]["tuning"]["properties"]["goal"]
    assert "default" not in goal["properties"]["cumulative"]  # endless is no number of JSON
