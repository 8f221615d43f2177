"""Room 5. Which setting keeps the benefit without the side effect, for this person?

    people(events, model)      persons and findings from a NONMEM event table
    fit_person(model, person)  the individual parameters with their covariance
    band(...)                  what a new observation of this person may be
    advise(...)                the dose that reaches a target exposure, or why there is none
    answer(question, seed, person)  all of it, as rows

    everybody(events, model), answers(question, seed, people)  the same for both kinds of model
    recommend(model, history, draws, goal)  benefit and side effect of every setting

Models are data. `Model` is linear with one or two compartments, in closed form here in Python;
`Dynamics` are formulas of any kind, which one compiled kernel interprets.
"""

from nanoward.tuning.aims import Goal
from nanoward.tuning.answers import (
    VERSION,
    Answer,
    answer,
    coverage,
    question_sha256,
    table,
    tables,
)
from nanoward.tuning.asking import Participant, answers, everybody
from nanoward.tuning.bands import Band, band
from nanoward.tuning.before_after import Compare, changes
from nanoward.tuning.certificate import (
    Certificate,
    certify,
    may_use,
    read_certificate,
)
from nanoward.tuning.comparison import Change, person_change, programme_change
from nanoward.tuning.dosing import (
    Advice,
    BadTargetError,
    Target,
    advise,
    doubt,
    exposure_per_dose,
)
from nanoward.tuning.dynamics import Dynamics
from nanoward.tuning.dynamics_text import dynamics_of, read_dynamics
from nanoward.tuning.estimation import fit_histories
from nanoward.tuning.frontier import Frontier
from nanoward.tuning.frontier_rows import frontier_rows
from nanoward.tuning.goals import recommend
from nanoward.tuning.histories import histories
from nanoward.tuning.history import History
from nanoward.tuning.individual import Fit, fit_person
from nanoward.tuning.library import MODELS
from nanoward.tuning.model import (
    BadModelError,
    Correlation,
    CovariateEffect,
    Model,
    Parameter,
    Residual,
)
from nanoward.tuning.people import Person, only, people, unread_doses
from nanoward.tuning.periods import in_periods
from nanoward.tuning.permission import refusal
from nanoward.tuning.population import Population, estimate_population
from nanoward.tuning.posterior import Draws, course, log_posterior, own_seed, posterior_draws
from nanoward.tuning.preference import Weights, preference_weights
from nanoward.tuning.sections import Question, model_of, model_text, question_of, target_of
from nanoward.tuning.simulating import simulated
from nanoward.tuning.source import Source

__all__ = [
    "MODELS",
    "VERSION",
    "Advice",
    "Answer",
    "BadModelError",
    "BadTargetError",
    "Band",
    "Certificate",
    "Change",
    "Compare",
    "Correlation",
    "CovariateEffect",
    "Draws",
    "Dynamics",
    "Fit",
    "Frontier",
    "Goal",
    "History",
    "Model",
    "Parameter",
    "Participant",
    "Person",
    "Population",
    "Question",
    "Residual",
    "Source",
    "Target",
    "Weights",
    "advise",
    "answer",
    "answers",
    "band",
    "certify",
    "changes",
    "course",
    "coverage",
    "doubt",
    "dynamics_of",
    "estimate_population",
    "everybody",
    "exposure_per_dose",
    "fit_histories",
    "fit_person",
    "frontier_rows",
    "histories",
    "in_periods",
    "log_posterior",
    "may_use",
    "model_of",
    "model_text",
    "only",
    "own_seed",
    "people",
    "person_change",
    "posterior_draws",
    "preference_weights",
    "programme_change",
    "question_of",
    "question_sha256",
    "read_certificate",
    "read_dynamics",
    "recommend",
    "refusal",
    "simulated",
    "table",
    "tables",
    "target_of",
    "unread_doses",
]
