"""Room 4. May this person start, stay, or must they leave now?

Laboratory results become grades by a published table (rules as data), adverse events are
understood, and a person's standing as of a day follows from consent, disposition, doses,
grades, events and assessments. What stops never waits on doubt: a critical result that cannot
be graded holds; it does not clear.
"""

from nanoward.clearance.board import persons, standings
from nanoward.clearance.calcium import with_corrected_calcium
from nanoward.clearance.consent import Consent, consent_of, signing_refusals
from nanoward.clearance.consents import unconsented_people, unconsented_samples
from nanoward.clearance.ctcae_v4 import CTCAE_V4
from nanoward.clearance.ctcae_v5 import CTCAE_V5
from nanoward.clearance.ctcae_v6 import CTCAE_V6
from nanoward.clearance.disposition import safety_numbers
from nanoward.clearance.events import understood_events
from nanoward.clearance.gate import Permission, permission
from nanoward.clearance.grading import grade_results, unconverted_units
from nanoward.clearance.instruments import Instrument, instrument_of, scored
from nanoward.clearance.known import earliest, known_by, latest
from nanoward.clearance.laboratory import results_of
from nanoward.clearance.liver import edish, hepatocyte_loss, liver_visits
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
from nanoward.clearance.printed import PrintedTable, printed_rules
from nanoward.clearance.printed_ctcae import PRINTED_V4, PRINTED_V5, PRINTED_V6
from nanoward.clearance.printed_daids import PRINTED_DAIDS
from nanoward.clearance.printed_grading import printed_grades
from nanoward.clearance.rules import Rule, RuleTable, Scale, Step
from nanoward.clearance.standing import Person, Standing, standing_of
from nanoward.clearance.tables import UnknownTableError, table_of_version
from nanoward.clearance.vitals import vital_results_of, vitals_of_version

__all__ = [
    "CTCAE_V4",
    "CTCAE_V5",
    "CTCAE_V6",
    "PRINTED_DAIDS",
    "PRINTED_V4",
    "PRINTED_V5",
    "PRINTED_V6",
    "BadClearanceRuleError",
    "Consent",
    "Instrument",
    "Permission",
    "Person",
    "Policy",
    "PrintedTable",
    "Rule",
    "RuleTable",
    "Scale",
    "Standing",
    "Step",
    "UnknownTableError",
    "assessments",
    "consent_of",
    "consents",
    "dispositions",
    "doses",
    "earliest",
    "edish",
    "grade_results",
    "hepatocyte_loss",
    "instrument_of",
    "known_by",
    "latest",
    "liver_visits",
    "participants",
    "permission",
    "persons",
    "policy_of",
    "printed_grades",
    "printed_rules",
    "randomised",
    "results_of",
    "safety_numbers",
    "scored",
    "scores",
    "signing_refusals",
    "standing_of",
    "standings",
    "table_of_version",
    "texts",
    "unconsented_people",
    "unconsented_samples",
    "unconverted_units",
    "understood_events",
    "vital_results_of",
    "vitals_of_version",
    "with_corrected_calcium",
]
