"""The council's report: one HTML file that opens offline and prints well.

`render_report` is a pure function of a Round: the same round gives the same bytes. One file
per section makes plain values (views.py) from tables; templates/ turns them into a page.
"""

from nanoward.faces.report.page import render_report

__all__ = ["render_report"]
