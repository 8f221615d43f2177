"""Room 4. May this person start, stay, or must they leave now?

Laboratory results become grades by a published table (rules as data), adverse events are
understood, and a person's standing as of a day follows from consent, disposition, doses,
grades, events and assessments. What stops never waits on doubt: a critical result that cannot
be graded holds; it does not clear.
"""

from nanoward.clearance.board import persons, standings
from nanoward.clearance.consents import unconsented_people, unconsented_samples
from nanoward.clearance.ctcae_v4 import CTCAE_V4
from nanoward.clearance.ctcae_v5 import CTCAE_V5
from nanoward.clearance.disposition import safety_numbers
from nanoward.clearance.events import understood_events
from nanoward.clearance.grading import grade_results, unconverted_units
from nanoward.clearance.known import earliest, known_by, latest
from nanoward.clearance.laboratory import results_of
from nanoward.clearance.people import (
    assessments,
    consents,
    dispositions,
    doses,
    participants,
    randomised,
    scores,
    texts,
)
from nanoward.clearance.policy import BadClearanceRuleError, Policy, policy_of
from nanoward.clearance.rules import Rule, RuleTable, Scale, Step
from nanoward.clearance.standing import Person, Standing, standing_of
from nanoward.clearance.tables import UnknownTableError, table_of_version

__all__ = [
    "CTCAE_V4",
    "CTCAE_V5",
    "BadClearanceRuleError",
    "Person",
    "Policy",
    "Rule",
    "RuleTable",
    "Scale",
    "Standing",
    "Step",
    "UnknownTableError",
    "assessments",
    "consents",
    "dispositions",
    "doses",
    "earliest",
    "grade_results",
    "known_by",
    "latest",
    "participants",
    "persons",
    "policy_of",
    "randomised",
    "results_of",
    "safety_numbers",
    "scores",
    "standing_of",
    "standings",
    "table_of_version",
    "texts",
    "unconsented_people",
    "unconsented_samples",
    "unconverted_units",
    "understood_events",
]
