"""What each table, picture and line of the page was made from, by its place on the page.

The page adds nothing to a number: it takes tables of the round, or columns of theirs. A place
is the section and the field that holds the view. Tests halve each table of a round in turn,
and every view that moves has to name it here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSources:
    """Tables, or TABLE.COLUMN, behind a view; `columns` where a column of it has others."""

    made_from: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _of(*made_from: str, **columns: str) -> ViewSources:
    """columns  heading (_ for a blank) to the names behind it, blanks between."""
    return ViewSources(
        made_from=made_from,
        columns={title.replace("_", " "): tuple(one.split()) for title, one in columns.items()},
    )


_WITHIN = {"Per 1000 sites and year": ("adaptation.per_site_year",),
           "95 % interval": ("adaptation.low", "adaptation.high")}  # fmt: skip
_PAIRS = {"Shared": ("bonds.shared",), "Differing": ("bonds.differing",),
          "Compared (bases)": ("bonds.compared",),
          "Days apart": ("bonds.days_apart",)}  # fmt: skip
_KEPT = {"Change (95 %)": ("comparisons.low", "comparisons.high"),
         "Smallest change seen": ("comparisons.low",),
         "Verdict": ("comparisons.verdict",)}  # fmt: skip

VIEW_SOURCES: Mapping[str, ViewSources] = {
    "head": _of("standings"),
    "head.numbers/bonds": _of("bonds"),
    "head.numbers/safety": _of("grades"),
    "head.numbers/fits": _of("recommendations"),
    "head.numbers/findings": _of("findings"),
    "head.numbers/undecided": _of("undecided"),
    "head.needs/safety/alarm": _of("stopping"),
    "head.needs/safety/held": _of("changes"),
    "head.needs/control/alarm": _of("flushes"),
    "head.needs/control/held": _of("flushes"),
    "head.needs/drift/alarm": _of("guarded_loci"),
    "head.needs/board/recalled": _of("standings"),
    "head.needs/board/died": _of("standings"),
    "head.needs/board/held": _of("standings"),
    "head.needs/bonds/alarm": _of("bonds"),
    "head.needs/fits/alarm": _of("fits"),
    "head.needs/fits/held": _of("recommendations"),
    "head.needs/findings/alarm": _of("findings"),
    "changed.lead": _of("round_changes"),
    "changed.tables": _of("round_changes"),
    "board": _of("standings"),
    "board.table": _of(
        "standings", Participant="standings.participant", Arm="standings.arm",
        Last_dose="standings.last_dose", Worst_grade="standings.worst_grade",
        Emergent_events="standings.emergent_events",
    ),
    "people.lead": _of("standings"),
    "people.files.summary": _of("standings", "timeline"),
    "bonds.lead": _of("bonds"),
    "bonds.alarms": _of("bonds"),
    "bonds.networks": _of("bonds", "standings", "profiles"),
    "bonds.scores": _of("bonds", "bond_scores"),
    "bonds.table": ViewSources(made_from=("bonds",), columns=_PAIRS),
    "bonds.facts": _of("bonds"),
    "drift.lead": _of("profiles", "adaptation"),
    "drift.distance": _of("profiles"),
    "drift.within": ViewSources(made_from=("adaptation.per_site_year",)),
    "drift.genome": _of("aligned", "factors", "profiles"),
    "drift.variants": _of("aligned", "factors", "profiles"),
    "drift.watched": _of(
        "guarded_loci", "recurrence", "selection", "rates", "carryover", "owners", "departures",
        "acquired",
    ),
    "drift.samples": _of("profiles"),
    "drift.rates": ViewSources(made_from=("adaptation",), columns=_WITHIN),
    "drift.facts": _of("profiles", "adaptation"),
    "safety.board": _of("disposition"),
    "safety.grades": _of("grades", "standings.first_dose", "standings.arm"),
    "safety.ungraded": _of("grades"),
    "safety.severe": _of(
        "grades", Arm="standings.arm", Value="grades.value",
        Normal_range="grades.low grades.high", Study_day="grades standings.first_dose",
    ),
    "safety.shift": _of("grades", "standings.first_dose"),
    "safety.events": _of("adverse_events", "standings.arm"),
    "safety.summary": _of("adverse_events", "standings.arm"),
    "safety.due": _of("due"),
    "safety.consents": _of("consents"),
    "safety.sites": _of("sites"),
    "safety.stairs": _of("stairs", "stopping"),
    "safety.stopping": _of("stopping"),
    "safety.changes": _of("changes", "courses"),
    "safety.change_table": _of("changes"),
    "safety.liver": _of("liver", "standings.arm"),
    "safety.liver_table": _of("liver", Arm="standings.arm"),
    "safety.facts": _of("grades", "standings"),
    "fits.lead": _of("fits", "recommendations"),
    "fits.coverage": _of("observed"),
    "fits.settings": _of("recommendations"),
    "fits.what_ifs.words": _of("frontier", "outlook", "recommendations"),
    "fits.kept": ViewSources(made_from=("comparisons",), columns=_KEPT),
    "fits.cards.setting": _of("recommendations"),
    "fits.folded.setting": _of("recommendations"),
    "fits.recommendations": _of("recommendations"),
    "fits.parameters": _of("fits", Observations="fits.observations"),
    "fits.facts": _of("fits", "observed", "recommendations"),
    "control.lead": _of("orders", "kills", "flushes"),
    "control.escaped": _of("flushes"),
    "control.flushes": _of("flushes"),
    "control.flush_table": _of("flushes", Samples="flushes.samples"),
    "control.kills": _of("kills", Expected_escapees="kills.expected_escapees"),
    "control.drills": ViewSources(
        made_from=("drills",), columns={"Failure rate below (95 %)": ("drills.upper",)}
    ),
    "control.orders": _of("orders"),
    "control.open_orders": _of("orders"),
    "control.facts": _of("orders", "kills"),
    "relays.lead": _of("relay_sites", "messages"),
    "relays.sites": _of("relay_sites"),
    "relays.messages": _of("messages"),
    "visits.lead": _of("visits"),
    "visits.days": _of("visits"),
    "visits.unplaced": _of("visits"),
    "visits.capacity": _of("capacity"),
    "visits.beds": _of("beds"),
    "visits.pay": _of("pay_totals"),
    "watch.lead": _of("streams", "watch_alarms"),
    "watch.alarms": _of("watch_alarms"),
    "watch.streams": _of("streams", Count="streams.count"),
    "watch.facts": _of("streams"),
    "objects.lead": _of("tracks"),
    "objects.table": _of("tracks"),
    "objects.map": _of("tracks"),
    "cases.lead": _of("pregnancy_outcomes", "exposed", "urgent_reports"),
    "cases.pregnancies": _of(
        "pregnancies", Days_at_least="pregnancies.days_least",
        Days_at_most="pregnancies.days_most",
    ),
    "cases.outcomes": _of("pregnancy_outcomes", Seen="pregnancy_outcomes.events"),
    "cases.exposed": _of("exposed"),
    "cases.urgent": _of("urgent_reports"),
    "partners.lead": _of("partner_claims"),
    "partners.pages.lead": _of("partner_claims"),
    "partners.pages.types": _of("partner_claims"),
    "partners.facts": _of("partner_claims"),
    "problems.table": _of("findings"),
    "new_findings": _of("finding_states"),
    "life": _of("finding_states"),
    "undecided.table": _of("undecided"),
}  # fmt: skip

# of the run itself, not of what was measured: no grade
UNGRADED = frozenset({"provenance.sources", "provenance.run", "provenance.inputs",
                      "provenance.outputs", "people.files.told"})  # fmt: skip
