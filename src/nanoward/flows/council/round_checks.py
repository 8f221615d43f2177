"""What the round asks besides: pregnancies, exposed people, urgent reports, the council."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.flows.council.check_council import check_council
from nanoward.flows.pregnancies.check_exposures import check_exposures
from nanoward.flows.pregnancies.check_pregnancies import check_pregnancies
from nanoward.flows.pregnancies.check_urgent import check_urgent
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSoFar:
    """What the round has: its materials, its day, and the tables of the rooms before."""

    materials: Materials
    day: date
    tables: Mapping[str, pl.DataFrame]


def _pregnancies(ports: Ports, known: RoundSoFar) -> Outcome:
    return check_pregnancies(ports, known.materials, known.day)


def _exposures(ports: Ports, known: RoundSoFar) -> Outcome:
    return check_exposures(ports, known.materials, known.tables, known.day)


def _urgent(ports: Ports, known: RoundSoFar) -> Outcome:
    return check_urgent(ports, known.materials, known.tables)


def _council(ports: Ports, known: RoundSoFar) -> Outcome:
    return check_council(ports, known.day)


ROUND_CHECKS = (_pregnancies, _exposures, _urgent, _council)
