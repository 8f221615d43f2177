"""Changes by which something vanishes, is corrected or renamed between two rounds."""

from collections.abc import Callable, Iterator
from typing import Any

from safety_further import further
from safety_mutations import (
    ALCOA,
    HELD,
    STOP,
    Mutation,
    adverse_events,
    answer,
    assessments,
    demographics,
    disposition,
    dispositions,
    drop,
    event,
    exposures,
    laboratory,
    of,
    questionnaires,
    result,
    with_event,
)
from safety_programme import Base, Tables
from safety_stops import stops

Edit = Callable[[Tables, Base], None]

STOPPED: dict[str, tuple[str, Edit]] = {
    "a severe event": ("AE", with_event(AESEV="SEVERE")),
    "a serious event": ("AE", with_event(AESER="Y")),
    "ALT 250": ("LB", result("ALT", 250)),
    "ALT 900": ("LB", result("ALT", 900)),
    "item 9 = 2": ("QS", answer("PHQ909", 2)),
    "a total of 24": ("QS", answer("PHQ9TOT", 24)),
    "having withdrawn": ("DS", disposition("WITHDRAWAL BY SUBJECT")),
    "having died": ("DS", disposition("DEATH")),
}


def losses() -> Iterator[Mutation]:
    """Whoever was stopped for a reason stays so when the reason vanishes or is rewritten."""
    for what, (domain, before) in STOPPED.items():
        for how, change in _ways(domain, before).items():
            yield Mutation(name=f"loss: {what}, {how}", source=ALCOA, right=STOP, edit=change,
                           before=before)  # fmt: skip
    for column, value in (("AESEV", "MILD"), ("AESER", "N"), ("AEENDTC", "2026-05-19"),
                          ("AESTDTC", "2026-03-01"), ("AEENDTC", "2026-05-01")):  # fmt: skip
        whole = with_event(AESEV="SEVERE", AESER="Y", AEENDTC="2026-06-30")
        yield Mutation(name=f"loss: severe and serious event, {column} becomes {value}",
                       source=ALCOA, right=HELD, before=whole,
                       edit=_changed("AE", "AETERM", "SEPSIS", {column: value, "AESEV": "MILD",
                                                                "AESER": "N"}))  # fmt: skip
    for column, value in (("LBSTRESN", 30.0), ("LBSTNRHI", 4000.0), ("LBSTRESN", 90.0),
                          ("LBDTC", "2025-05-21"), ("LBTESTCD", "AMYLASE")):  # fmt: skip
        yield Mutation(name=f"loss: ALT 900, {column} becomes {value}", source=ALCOA,
                       right=HELD,
                       before=result("ALT", 900),
                       edit=_changed("LB", "LBSTRESN", 900.0, {column: value}))  # fmt: skip
    for name, change in PEOPLE.items():
        yield Mutation(name=f"loss: {name}", source=f"{ALCOA}; a person does not vanish",
                       right=STOP, edit=change)  # fmt: skip


def _ways(domain: str, before: Edit) -> dict[str, Edit]:
    """Ways in which the rows that stopped somebody get lost."""

    def file_gone(tables: Tables, base: Base) -> None:
        tables.pop(domain)

    def rows_gone(tables: Tables, base: Base) -> None:
        pass  # the programme as it was before the reason stood in it

    def renamed(tables: Tables, base: Base) -> None:
        before(tables, base)
        for row in of(tables, domain, base):
            row["USUBJID"] = base.other

    return {"file gone": file_gone, "row gone": rows_gone, "row given to another": renamed}


def _changed(domain: str, column: str, value: Any, cells: dict[str, Any]) -> Edit:
    """The row that stopped the person says something else."""

    def edit(tables: Tables, base: Base) -> None:
        if domain == "AE":
            with_event(AESEV="SEVERE", AESER="Y", AEENDTC="2026-06-30")(tables, base)
        else:
            result("ALT", value)(tables, base)
        for row in of(tables, domain, base):
            if row[column] == value:
                row.update(cells)

    return edit


def _without_person(tables: Tables, base: Base) -> None:
    drop(tables, "", lambda row: row["USUBJID"] != base.person)


def _gone_from_dm(tables: Tables, base: Base) -> None:
    drop(tables, "DM", lambda row: row["USUBJID"] != base.person)


def _renamed(new: Callable[[str], str], *domains: str) -> Edit:
    def edit(tables: Tables, base: Base) -> None:
        for name in domains or tuple(tables):
            for row in of(tables, name, base):
                row["USUBJID"] = new(base.person)

    return edit


def _all_gone(tables: Tables, base: Base) -> None:
    for name in tables:
        tables[name] = []


PEOPLE: dict[str, Edit] = {
    "the person's rows everywhere": _without_person,
    "the person's row of DM": _gone_from_dm,
    "the person, renamed everywhere": _renamed(lambda name: f"X{name}"),
    "the person, renamed everywhere but in AE": _renamed(
        lambda name: f"X{name}", "DM", "DS", "EX", "LB", "QS", "SV", "VS"
    ),
    "the person, renamed in DM": _renamed(lambda name: f"X{name}", "DM"),
    "every file": _all_gone,
}


def mutations() -> list[Mutation]:
    """All of them, by family."""
    families = (adverse_events, dispositions, demographics, laboratory, questionnaires,
                assessments, exposures, losses, further, stops)  # fmt: skip
    return [one for family in families for one in family()]


def with_mild_event(tables: Tables, base: Base) -> None:
    """What holds nobody: for the tests of the suite itself."""
    with_event(**event(base))(tables, base)
