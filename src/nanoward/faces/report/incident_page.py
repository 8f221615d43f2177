"""The after-action page of one incident: what happened, who did what, and what is open."""

from datetime import timedelta
from html import escape

from nanoward.watch.incidents.incident import Incident

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1em;"
    "color:#1b1b1b;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.3em .6em;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "th{font-weight:600}.when{white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".exercise{background:#ffe9b0;padding:.5rem 1rem;font-weight:600}"
)


def incident_page(incident: Incident) -> str:
    """One HTML page that asks for nothing from outside; every word of others is escaped."""
    opened = incident.opened
    facts = [
        ("State", incident.state),
        ("Cause", opened.cause),
        ("Opened", f"{incident.opened_at:%Y-%m-%d %H:%M} UTC by {opened.opened_by}"),
        ("Playbook", opened.playbook or "none fits: nothing was asked for"),
        ("Until somebody took it", _taken(incident)),
        ("Escalations", str(incident.level)),
        ("Alarms that joined", str(max(len(incident.joined) - 1, 0))),
    ]
    exercise = '<p class="exercise">EXERCISE</p>' if opened.exercise else ""
    rows = "".join(
        f'<tr><td class="when">{row.at:%Y-%m-%d %H:%M:%S}</td><td>{escape(row.actor)}</td>'
        f"<td>{escape(row.what)}</td></tr>"
        for row in incident.timeline
    )
    tasks = "".join(
        f"<tr><td>{escape(one.room)}</td><td>{escape(one.action)}</td><td>{escape(one.text)}</td>"
        f"<td>{escape(one.state)}</td><td>{escape(one.note)}</td></tr>"
        for one in incident.tasks
    )
    listed = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in facts)
    asked = (
        "<h2>What was asked</h2><table><tr><th>Room</th><th>Action</th><th>What</th>"
        f"<th>State</th><th>By, and why</th></tr>{tasks}</table>"
        if tasks
        else "<h2>What was asked</h2><p>Nothing was asked of any room.</p>"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Incident {escape(incident.name)}</title><style>{_STYLE}</style></head><body>"
        f"{exercise}<h1>Incident {escape(incident.name)}</h1><p>{escape(opened.title)}</p>"
        f"<table>{listed}</table>{asked}<h2>What happened</h2><table><tr><th>UTC</th>"
        f"<th>Written by</th><th>What</th></tr>{rows}</table></body></html>\n"
    )


def _taken(incident: Incident) -> str:
    first = next((row.at for row in incident.timeline if " acknowledged: " in row.what), None)
    if first is None:
        return "nobody has"
    return str(timedelta(seconds=round((first - incident.opened_at).total_seconds())))
