"""Room 4. May this person start, stay, or must they leave now?

Laboratory results become grades by a published table (rules as data), adverse events are
understood, and a person's standing as of a day follows from consent, disposition, doses,
grades, events and assessments. What stops never waits on doubt: a critical result that cannot
be graded holds; it does not clear.
"""

from typing import TYPE_CHECKING

from nanoward.base.lazy_names import lazy_names

if TYPE_CHECKING:
    from nanoward.clearance.consent.consent_state import Consent, consent_of, signing_refusals
    from nanoward.clearance.consent.missing_consents import (
        unconsented_people,
        unconsented_samples,
    )
    from nanoward.clearance.consent.permissions import Permission, permission
    from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
    from nanoward.clearance.grading.calcium import with_corrected_calcium
    from nanoward.clearance.grading.ctcae_literal import (
        CTCAE_V4_LITERAL,
        CTCAE_V5_LITERAL,
        CTCAE_V6_LITERAL,
    )
    from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4
    from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
    from nanoward.clearance.grading.ctcae_v6 import CTCAE_V6
    from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL
    from nanoward.clearance.grading.grading import grade_results, unconverted_units
    from nanoward.clearance.grading.literal_rules import LiteralTable, literal_rules_of
    from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step
    from nanoward.clearance.grading.table_versions import UnknownTableError, table_of_version
    from nanoward.clearance.grading.vital_signs import vital_results_of, vitals_of_version
    from nanoward.clearance.monitoring.liver import edish, hepatocyte_loss, liver_visits
    from nanoward.clearance.policy.policy import BadClearanceRuleError, Policy, policy_of
    from nanoward.clearance.sdtm.adverse_events import understood_events
    from nanoward.clearance.sdtm.data_cutoff import at_data_cutoff, earliest, latest
    from nanoward.clearance.sdtm.disposition import safety_numbers
    from nanoward.clearance.sdtm.lab_results import results_of
    from nanoward.clearance.sdtm.subject_domains import (
        assessments,
        consents,
        dispositions,
        doses,
        participants,
        randomised,
        scores,
        texts,
    )
    from nanoward.clearance.standing.participant_standing import persons, standings
    from nanoward.clearance.standing.standing_rules import Person, Standing, standing_of
    from nanoward.clearance.wellbeing.instruments import Instrument, instrument_of, scored
else:
    __getattr__ = lazy_names(__name__)

SECTIONS = {
    "clearance": (
        "nanoward.clearance.policy.policy:Policy",
        "nanoward.clearance.policy.policy:policy_of",
    )
}  # read from the source; see base/plan_keys/declared_sections.py

__all__ = [
    "CTCAE_V4",
    "CTCAE_V4_LITERAL",
    "CTCAE_V5",
    "CTCAE_V5_LITERAL",
    "CTCAE_V6",
    "CTCAE_V6_LITERAL",
    "DAIDS_LITERAL",
    "BadClearanceRuleError",
    "Consent",
    "Instrument",
    "LiteralTable",
    "Permission",
    "Person",
    "Policy",
    "Rule",
    "RuleTable",
    "Scale",
    "Standing",
    "Step",
    "UnknownTableError",
    "admiral_compatible_grades",
    "assessments",
    "at_data_cutoff",
    "consent_of",
    "consents",
    "dispositions",
    "doses",
    "earliest",
    "edish",
    "grade_results",
    "hepatocyte_loss",
    "instrument_of",
    "latest",
    "literal_rules_of",
    "liver_visits",
    "participants",
    "permission",
    "persons",
    "policy_of",
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
