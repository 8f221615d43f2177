"""Room 5. Which setting keeps the benefit without the side effect, for this person?

    load_subjects(events, model)     people and findings from a NONMEM event table
    fit_histories(model, people)     the individual parameters with their covariance
    posterior_draws(...)             what else they may be
    analyse(tables, rules, answer)   everything that tuning says of a table of people
    recommend(model, history, draws, goal)  benefit and side effect of every setting

Models are data: `Dynamics`, formulas of any kind, which one compiled kernel interprets. `Model`
is a short way of writing one or two linear compartments; `formulas_of` makes formulas of it.
"""

from nanoward.tuning.analysis import analyse_subjects, load_subjects
from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.event_tables import histories
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.data.pk_subjects import people, unread_doses
from nanoward.tuning.dosing.choice_model import PreferenceWeights, preference_weights
from nanoward.tuning.dosing.eligibility import guess_refusal, refusal
from nanoward.tuning.dosing.frontier import Frontier
from nanoward.tuning.dosing.frontier_table import frontier_rows
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.optimal_setting import recommend
from nanoward.tuning.dosing.self_adjustment_certificate import (
    Certificate,
    CertificateDates,
    certify,
    may_use,
    read_certificate,
)
from nanoward.tuning.dosing.target_attainment import (
    Advice,
    BadTargetError,
    Target,
    advise,
    dosing_error,
    exposure_per_dose,
)
from nanoward.tuning.estimation.individual_fit import Fit
from nanoward.tuning.estimation.map_estimates import fit_histories
from nanoward.tuning.estimation.population import (
    Estimate,
    Population,
    estimate_formula_population,
)
from nanoward.tuning.estimation.population_as_written import estimate_population
from nanoward.tuning.estimation.posterior_sampling import (
    Draws,
    common_seed,
    log_posterior,
    own_seed,
    posterior_draws,
)
from nanoward.tuning.estimation.simulation import at_times, event_rows, simulated
from nanoward.tuning.models.compartment_formulas import formulas_of
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.model import (
    BadModelError,
    Correlation,
    CovariateEffect,
    Model,
    Parameter,
    Residual,
)
from nanoward.tuning.models.model_files import dynamics_of, read_dynamics
from nanoward.tuning.models.pk_library import MODELS
from nanoward.tuning.models.source import Source
from nanoward.tuning.outcomes.before_after import ComparisonPlan, changes
from nanoward.tuning.outcomes.paired_comparison import Change, person_change, programme_change
from nanoward.tuning.plan_section import Question, model_of, model_text, question_of, target_of
from nanoward.tuning.subject_results import (
    VERSION,
    SubjectResult,
    coverage,
    question_sha256,
    question_table,
    table,
    tables,
)
from nanoward.tuning.tuning_tables import (
    PeopleAllowed,
    TuningOutcome,
    TuningRules,
    TuningTables,
    analyse,
    wanted,
)

SECTIONS = {
    "tuning": (
        "nanoward.tuning.tuning_keys:TuningSection",
        "nanoward.tuning.plan_section:question_of",
    )
}  # read from the source; see base/plan_keys/declared_sections.py

__all__ = [
    "MODELS",
    "VERSION",
    "Advice",
    "BadModelError",
    "BadTargetError",
    "Certificate",
    "CertificateDates",
    "Change",
    "ComparisonPlan",
    "Correlation",
    "CovariateEffect",
    "Draws",
    "Dynamics",
    "Estimate",
    "Fit",
    "Frontier",
    "Goal",
    "History",
    "Model",
    "Parameter",
    "PeopleAllowed",
    "Population",
    "PreferenceWeights",
    "Question",
    "Residual",
    "Source",
    "SubjectResult",
    "Target",
    "TuningOutcome",
    "TuningRules",
    "TuningTables",
    "advise",
    "analyse",
    "analyse_subjects",
    "at_times",
    "certify",
    "changes",
    "common_seed",
    "coverage",
    "dosing_error",
    "dynamics_of",
    "estimate_formula_population",
    "estimate_population",
    "event_rows",
    "exposure_per_dose",
    "fit_histories",
    "formulas_of",
    "frontier_rows",
    "guess_refusal",
    "histories",
    "in_periods",
    "load_subjects",
    "log_posterior",
    "may_use",
    "model_of",
    "model_text",
    "own_seed",
    "people",
    "person_change",
    "posterior_draws",
    "preference_weights",
    "programme_change",
    "question_of",
    "question_sha256",
    "question_table",
    "read_certificate",
    "read_dynamics",
    "recommend",
    "refusal",
    "simulated",
    "table",
    "tables",
    "target_of",
    "unread_doses",
    "wanted",
]
