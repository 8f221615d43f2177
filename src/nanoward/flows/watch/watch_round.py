"""Watch in the round: the streams of a programme whose plan has a [watch]."""

from datetime import date

from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.flows.watch.keep_incidents import read_incidents
from nanoward.flows.watch.scan_programme import judged_programme
from nanoward.ports.ports import Ports
from nanoward.watch.alarms.rules import WatchRules
from nanoward.watch.incidents.rota import watch_plan

UNWATCHED = Finding(
    code="WCH-006",
    severity="warning",
    message="counts are given and nobody watches them: the plan has no [watch]",
    next_step="Add [watch] with a rota to programme.toml (docs/howto/watch.md), or remove the"
    " files; `nanoward watch scan FILE` judges them once",
    file="data/counts",
)


def watch_round(ports: Ports, plan: Plan, materials: Materials, day: date) -> Outcome:
    """Tables `streams` and `watch_alarms`, alarms as entries; empty without a [watch].

    Counts that are given nevertheless are told.

    Nobody is told by a round: `nanoward watch incidents` does, however often a round is held.
    """
    if "watch" not in plan.sections:
        return Outcome(findings=(UNWATCHED,) if "counts" in materials else ())
    rules = WatchRules(run_length=watch_plan(plan.section("watch")).run_length)
    held = judged_programme(ports, rules, materials.tables, day)
    incidents = read_incidents(ports).incidents.values()
    unit = "weeks" if held.scan.rules.period == 7 else "days"
    return Outcome(
        tables={"streams": held.scan.streams, "watch_alarms": held.scan.alarms},
        entries=held.entries,
        findings=held.findings,
        facts={
            f"promised {unit} until a false alarm": rules.run_length,
            "threshold of the evidence": rules.threshold,
            "evidence now": round(held.scan.path[-1], 3) if held.scan.path else 0.0,
            "incidents that go on": sum(not one.ended for one in incidents),
            "of them not acknowledged": sum(one.state == "open" for one in incidents),
        },
    )
