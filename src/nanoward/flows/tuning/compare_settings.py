"""From a plain event table: what changed between before and after, off and on."""

from collections.abc import Mapping, Sequence
from typing import Any

from nanoward.base.findings import Finding, in_order
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.ports.formats import Formats
from nanoward.tuning import ComparisonPlan, changes


def compare_settings(
    formats: Formats, file: EventFile, asked: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], Sequence[Finding]]:
    """Rows of base/tables.py COMPARISONS, and what is wrong with the table.

    asked  the keys of tuning.Compare
    """
    reading = formats.read("events", file.path, file.content)
    return changes(reading.table, ComparisonPlan(**asked)), in_order(reading.findings)
