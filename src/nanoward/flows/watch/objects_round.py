"""Objects in the round: tracks of a programme whose plan has [objects]."""

from datetime import date

from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

UNPROTECTED = Finding(
    code="WCH-058",
    severity="warning",
    message="detections are given and nothing is protected: the plan has no [objects]",
    next_step="Add [[objects.zone]] to the plan (docs/howto/watch.md), or remove the files",
    file="data/detections",
)


def objects_round(ports: Ports, plan: Plan, materials: Materials, day: date) -> Outcome:
    """Table `tracks`, alarms as entries; empty without detections."""
    rows = materials.tables.get("detections")
    if "objects" not in plan.sections or rows is None or not rows.height:
        return Outcome(findings=(UNPROTECTED,) if "detections" in materials else ())
    from nanoward.flows.watch.watch_objects import end_of, new_entries, scan_objects
    from nanoward.watch.objects.zones import watched_area

    area = watched_area(plan.section("objects"))
    rows = rows.filter(rows["time"] <= end_of(day))
    last = rows["time"].max()
    if not isinstance(last, float):
        return Outcome()
    found = scan_objects(rows, area, ports.progress, now=last)
    live = found.rows.filter(found.rows["state"] != "ended")["track"].n_unique()
    return Outcome(
        tables={"tracks": found.rows},
        entries=new_entries(ports, found),
        findings=found.findings,
        facts={
            "tracks that go on": live,
            "tracks under alarm": len(found.alarms),
            "promised hours until a false track": area.run_length_h,
        },
    )
