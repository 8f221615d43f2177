"""Rounds held in memory on simulated programmes."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO

import polars as pl
import pytest

from nanoward.adapters.formats.text.plan_file import plan_of
from nanoward.base.entries import SampleTyped
from nanoward.base.plan import Plan
from nanoward.flows.bonds.find_links import find_links
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.lots.check_lots import check_lots, programme_agent
from nanoward.flows.lots.measure_adaptation import measure_adaptation
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.flows.tuning.tune_settings import tune_settings
from nanoward.ports.ports import Ports
from nanoward.simulation import Study, programme_files, simulated_world
from nanoward.testing.ports import memory_site


@dataclass(frozen=True, kw_only=True)
class Held:
    """The steps of a round on one simulated programme, each done when it is asked for."""

    study: Study
    files: dict[str, bytes]

    @cached_property
    def plan(self) -> Plan:
        content = self.files["programme.toml"]
        return plan_of(tomllib.loads(content.decode()), sha256=sha256(content).hexdigest())

    @cached_property
    def ports(self) -> Ports:
        shown = {
            path: content
            for path, content in self.files.items()
            if path.startswith(("data/", "agents/"))
        }
        return memory_site(
            self.plan, shown, now=datetime.combine(self.study.as_of, time(12), tzinfo=UTC)
        )

    @cached_property
    def materials(self) -> Materials:
        return collect_materials(self.ports, self.study.as_of)[0]

    @cached_property
    def typed(self) -> Outcome:
        return type_samples(self.ports, self.plan, self.materials)

    @cached_property
    def related(self) -> Outcome:
        return find_links(self.ports, self.plan, self.materials, self.typed)

    @cached_property
    def adapted(self) -> Outcome:
        agent = programme_agent(self.ports, self.plan, self.materials, self.study.as_of)
        found = {**self.typed.tables, **self.related.tables}
        readings = {
            one.sample: one.profile_sha256
            for one in self.typed.entries
            if isinstance(one, SampleTyped)
        }
        changed = measure_adaptation(
            self.ports, self.plan, self.materials, agent, found, readings
        )
        lots = check_lots(agent, self.materials)
        return replace(changed, findings=(*changed.findings, *lots.findings))

    @cached_property
    def tuned(self) -> Outcome:
        return tune_settings(self.ports, self.plan, self.materials, None, seed=7)

    @cached_property
    def cleared(self) -> Outcome:
        flow = pytest.importorskip(
            "nanoward.flows.clearance.clear_participants", reason="no such flow yet"
        )
        outcome: Outcome = flow.clear_participants(
            self.ports, self.plan, self.materials, self.study.as_of
        )
        return outcome

    def truth(self, name: str) -> pl.DataFrame:
        """truth/NAME.csv as a reader of the folder sees it."""
        return pl.read_csv(BytesIO(self.files[f"truth/{name}.csv"]))


@pytest.fixture(scope="session")
def held() -> Callable[[Study], Held]:
    """The round of a study; the same study is simulated once."""

    @cache
    def hold(study: Study) -> Held:
        return Held(study=study, files=programme_files(simulated_world(study)))

    return hold
