"""What each table of a round was made from, and the table that says how good its numbers are.

An input is a file's role (`sdtm.AE`, `samples`, `events`) or a register of the ledger. A step
that is a model is inferred at best. A column stands here only where it was made from less, or
more, than its table as a whole.
"""

from collections.abc import Mapping

from nanoward.base.evidence import GUESSED, INFERRED, MEASURED, EvidenceStep, Lineage
from nanoward.base.tables.shape import TableShape, column

EVIDENCE = TableShape(
    name="evidence",
    meaning="programme: one row per table and column of the round, how good its numbers are",
    key=("table", "column"),
    columns=(
        column("table", "text", "table of this round"),
        column("column", "text", "its column; empty for the table as a whole"),
        column("grade", "text", f"{MEASURED}, {INFERRED} or {GUESSED}: the worst of all"),
        column("made_from", "list", "tables and inputs that it was made from directly"),
        column("inputs", "list", "inputs that it rests on in the end"),
        column("guesses", "list", "what is guessed behind it; empty where nothing is"),
    ),
)


def _by(*inputs: str) -> EvidenceStep:
    return EvidenceStep(inputs=inputs)


def _model(*inputs: str) -> EvidenceStep:
    return EvidenceStep(inputs=inputs, at_best=INFERRED)


READ = ("samples", "genomes", "variants", "reads", "primers", "reference")
_SAID = ("sdtm.AE", "sdtm.DM", "sdtm.DS", "sdtm.EX", "sdtm.SV", "sdtm.QS", "sdtm.VS")
_HOSTS = (
    "profiles", "factors", "aligned", "samples", "sdtm.EX", "lot register", "reference", "spec",
)  # fmt: skip

TABLE_STEPS: Mapping[str, EvidenceStep] = {
    # agents
    "lots": _by("lot register", "spec", "reference", "samples", "sdtm.EX"),
    # catalogue
    "typed_reads": _by(*READ),
    "coverage": _by(*READ),
    "profiles": _by(*READ),
    "factors": _by(*READ),
    "aligned": _by(*READ),
    "presence": _model("samples", "markers", "standings.first_dose"),
    "adaptation": _by("profiles", "factors", "aligned", "samples"),
    "adaptation.per_site_year": _model("adaptation"),
    "adaptation.low": _model("adaptation"),
    "adaptation.high": _model("adaptation"),
    "departures": _by(*_HOSTS),
    "rates": _model("departures"),
    "acquired": _by(*_HOSTS),
    "recurrence": _model("acquired", "bonds"),
    "selection": _model("acquired", "bonds"),
    "guarded_loci": _by("profiles", "factors", "aligned", "typed_reads", "reference", "spec"),
    "owners": _model(*_HOSTS, "contacts"),
    "carryover": _model("profiles", "factors", "aligned", "samples", "contacts", "bonds"),
    # bonds
    "bonds": _model(
        "profiles", "factors", "aligned", "samples", "contacts", "standings.first_dose"
    ),
    "bonds.contact": _by("contacts"),
    "bonds.contact_hours": _by("contacts"),
    "bonds.contact_first": _by("contacts"),
    "bonds.contact_last": _by("contacts"),
    "bonds.shared": _by("profiles", "factors", "aligned", "samples"),
    "bonds.differing": _by("profiles", "factors", "aligned", "samples"),
    "bonds.compared": _by("profiles", "factors", "aligned", "samples"),
    "bonds.days_apart": _by("samples"),
    "bond_groups": _model("bonds"),
    "bond_batches": _model("bonds"),
    "bond_scores": _model("bonds"),
    "bond_people": _by("samples", "profiles"),
    "bond_people.first_tested": _model("bonds"),
    # clearance
    "grades": _by("sdtm.LB", "sdtm.VS", "sdtm.DM", "sdtm.EX"),
    "grades.value": _by("sdtm.LB", "sdtm.VS"),
    "grades.low": _by("sdtm.LB", "sdtm.VS"),
    "grades.high": _by("sdtm.LB", "sdtm.VS"),
    "adverse_events": _by("sdtm.AE", "sdtm.EX"),
    "adverse_events.emergent": _by("sdtm.AE", "sdtm.EX"),
    "adverse_events.severity": _by("sdtm.AE"),
    "adverse_events.serious": _by("sdtm.AE"),
    "adverse_events.body_system": _by("sdtm.AE"),
    "standings": _by(
        "grades", "adverse_events", "sdtm.DM", "sdtm.DS", "sdtm.EX", "sdtm.SV", "sdtm.QS",
        "samples", "profiles", "consent register", "pregnancy register",
    ),
    "standings.participant": _by("sdtm.DM"),
    "standings.arm": _by("sdtm.DM", "sdtm.EX"),
    "standings.first_dose": _by("sdtm.EX"),
    "standings.last_dose": _by("sdtm.EX"),
    "standings.worst_grade": _by("grades"),
    "standings.emergent_events": _by("adverse_events"),
    "disposition": _by("sdtm.DM", "sdtm.DS", "sdtm.EX", "adverse_events"),
    "liver": _by("sdtm.LB", "sdtm.DM", "sdtm.EX"),
    "timeline": _by(
        "sdtm.DM", "sdtm.DS", "sdtm.EX", "sdtm.SV", "samples", "consent register", "lane"
    ),
    "stopping": _by("adverse_events", "grades", "standings", "consent register", "lane"),
    "stairs": _by("plan"),
    "changes": _model(*_SAID, "grades", "standings"),
    "courses": _by(*_SAID, "grades"),
    "sites": _model(
        "sdtm.DS", "sdtm.AE", "sdtm.DM", "sdtm.EX", "sdtm.SV", "sdtm.VS", "sdtm.LB"
    ),
    "due": _by("sdtm.SV", "sdtm.DM", "sdtm.TV", "standings"),
    "consents": _by("consent register"),
    # tuning
    "fits": _model("events", "adjustments"),
    "fits.observations": _by("events"),
    "covariances": _model("fits"),
    "bands": _model("fits"),
    "observed": _model("fits"),
    "observed.value": _by("events"),
    "observed.time": _by("events"),
    "frontier": _model("fits"),
    "outlook": _model("fits"),
    "recommendations": _model("fits", "standings", "sdtm.AE", "sdtm.LB", "lane"),
    "comparisons": _by("events"),
    "comparisons.low": _model("events"),
    "comparisons.high": _model("events"),
    "comparisons.verdict": _model("events"),
    # control
    "orders": _by("lane"),
    "flushes": _model("lane"),
    "flushes.samples": _by("lane"),
    "kills": _by("lane"),
    "kills.expected_escapees": _model("lane"),
    "drills": _by("lane"),
    "drills.upper": _model("lane"),
    # programme
    "visits": _by("visit register"),
    "capacity": _by("visit register"),
    "beds": _by("visit register"),
    "pay_totals": _by("books"),
    "messages": _by("message register"),
    "relay_sites": _by("message register"),
    "pregnancies": _by("pregnancy register", "sdtm.LB"),
    "pregnancies.days_least": _model("pregnancy register"),
    "pregnancies.days_most": _model("pregnancy register"),
    "pregnancy_outcomes": _model("pregnancies"),
    "pregnancy_outcomes.events": _by("pregnancies"),
    "pregnancy_outcomes.at_risk": _by("pregnancies"),
    "exposed": _by(
        "profiles", "bonds", "samples", "standings.participant", "exposure register"
    ),
    "urgent_reports": _by("adverse_events", "event register", "pregnancies", "lane"),
    "findings": _by("every file"),
    "undecided": _by("every file"),
    "finding_states": _by("every file"),
    "round_changes": _by("every file"),
    # watch and audit
    "streams": _model("counts"),
    "streams.count": _by("counts"),
    "watch_alarms": _model("counts"),
    "watch_alarms.observed": _by("counts"),
    "tracks": _model("detections", "orbits", "conjunctions", "approaches", "astrometry"),
    "tracks.detections": _by("detections"),
    "partner_claims": _model("claim register"),
    "partner_claims.claims": _by("claim register"),
    "partner_claims.expected": _by("claim register"),
    "partner_claims.audited": _by("claim register"),
    "partner_claims.differing": _by("claim register"),
    "partner_claims.missing": _by("claim register"),
}  # fmt: skip

# what a setting that goes up rests on: whom it is for, and what was read of them; with a
# recommendation, that too
RAISE, ORDERED_RAISE = "recommendations", "raise by order"
ORDER_STEPS: Mapping[str, EvidenceStep] = {ORDERED_RAISE: _by("standings", "readings")}


def lineage_of_tables(stated: Mapping[str, str]) -> Lineage:
    """The lineage of a round's tables and of orders, with the grades that the plan states."""
    return Lineage(steps={**TABLE_STEPS, **ORDER_STEPS}, stated=stated)


def evidence_names() -> frozenset[str]:
    """Everything of which a plan may state a grade: inputs, tables, and columns with a step."""
    steps = {**TABLE_STEPS, **ORDER_STEPS}
    return frozenset([*steps, *(one for step in steps.values() for one in step.inputs)])
