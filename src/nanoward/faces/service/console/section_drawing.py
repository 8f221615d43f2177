"""The report's sections one at a time: the same views, the same templates, the same bytes."""

from collections.abc import Mapping
from functools import cache

import jinja2

from nanoward.faces.report import page
from nanoward.flows.round.round import Round

# where the console calls a section otherwise than the template that draws it
CALLED: Mapping[str, str] = {"relays": "messages", "problems": "findings"}
# name of a section in the console, and its template
SECTIONS: Mapping[str, str] = {CALLED.get(name, name): name for name in page.SECTIONS}


def draw_section(round_: Round, name: str) -> str:
    """One section of the report as HTML, "" where the round has nothing of it."""
    return page.section_html(report_templates(), SECTIONS[name], round_).strip()


@cache
def report_templates() -> jinja2.Environment:
    """The report's own templates and filters."""
    return page.report_templates()
