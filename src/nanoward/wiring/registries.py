"""Every registry of what may be named, for the command line and the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from nanoward.adapters.drivers.config import DRIVERS
from nanoward.adapters.drivers.config import GROUP as DRIVER_GROUP
from nanoward.adapters.formats.table_format import FORMATS
from nanoward.adapters.notifiers.config import GROUP as NOTIFIER_GROUP
from nanoward.adapters.notifiers.config import NOTIFIERS
from nanoward.base.registry import Registry
from nanoward.clearance.grading.published_table import PUBLISHED
from nanoward.clearance.policy.stopping_family import FAMILIES
from nanoward.clearance.wellbeing.questionnaire import QUESTIONNAIRES


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfThing:
    """One registry with what people must know of it.

    name      "driver", "notifier" ...
    named_in  where one of its names is written
    group     entry points by which other packages offer more; "" for none
    """

    name: str
    named_in: str
    registry: Registry[Any]
    group: str = ""


KINDS = (
    KindOfThing(
        name="driver",
        named_in="`kind` in [control.drivers.NAME]",
        registry=DRIVERS,
        group=DRIVER_GROUP,
    ),
    KindOfThing(
        name="notifier",
        named_in="`kind` in [programme.messages.deliveries.NAME]",
        registry=NOTIFIERS,
        group=NOTIFIER_GROUP,
    ),
    KindOfThing(
        name="format",
        named_in="the path of a file below data/ and agents/ tells it",
        registry=FORMATS,
    ),
    KindOfThing(
        name="grading table",
        named_in="`grading` in [clearance]; `nanoward clearance grade --version` and `--table`",
        registry=PUBLISHED,
    ),
    KindOfThing(
        name="questionnaire",
        named_in="`nanoward clearance assess PROGRAMME PARTICIPANT NAME`",
        registry=QUESTIONNAIRES,
    ),
    KindOfThing(
        name="stopping family",
        named_in="`family` in [[clearance.stopping]]; `nanoward clearance stop --family`",
        registry=FAMILIES,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One name that may be written, and the module or package that declares it."""

    kind: str
    name: str
    meaning: str
    declared_by: str


def offered(kind: str = "", *, others: bool = True) -> Iterator[Offered]:
    """What may be named, of one kind or of all.

    others  those of other installed packages too
    """
    for one in KINDS:
        if kind and one.name != kind:
            continue
        own = one.registry.all()
        for name, told in own.items():
            yield Offered(
                kind=one.name,
                name=name,
                meaning=told.meaning,
                declared_by=one.registry.module_of(name),
            )
        points = entry_points(group=one.group) if others and one.group else ()
        for point in (more for more in points if more.name not in own):
            yield Offered(
                kind=one.name,
                name=point.name,
                meaning="of an installed package",
                declared_by=point.value,
            )
