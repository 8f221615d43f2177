from collections.abc import Mapping
from dataclasses import dataclass, field

from nanoward.base.plan import PlanHead
from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.keys import stated
from nanoward.base.plan_keys.reference_page import reference_page


@dataclass(frozen=True, kw_only=True)
class _Bed:
    """A bed of the ward.

    name  of it
    wide  [cm] how wide | high. Source: a ruler
    """

    name: str
    wide: float = 90.0


@dataclass(frozen=True, kw_only=True)
class _Ward:
    """A ward of a test.

    agent  that it carries
    words  that it knows
    quiet  when it is
    beds   that it has
    """

    agent: str
    words: tuple[str, ...] = ()
    quiet: str = stated("x", silent="at night")
    beds: Mapping[str, _Bed] = field(default_factory=dict)


def test_each_key_has_kind_unit_default_meaning_and_source() -> None:
    page = reference_page(_Bed, {"ward": _Ward})
    assert "## [ward]\n\nA ward of a test." in page
    assert "| `agent` | text |  | must be stated | that it carries |  |" in page
    assert "| `words` | list of texts |  | none | that it knows |  |" in page
    assert "| `quiet` | text |  | at night | when it is |  |" in page
    assert "| `beds` | table of tables |  | none | that it has |  |" in page
    assert "### [ward.beds.NAME]\n\nA bed of the ward." in page
    named = page.index("### [ward.beds.NAME]")
    assert "| `wide` | number | cm | `90.0` | how wide \\| high | a ruler |" in page[named:]
    assert "`name`" not in page[named:]  # the table's own name is its name


def test_the_page_has_every_section_and_the_tables_within() -> None:
    sections = {name: one.rules_class() for name, one in declared_sections().items()}
    page = reference_page(PlanHead, sections)
    for heading in (*sections, "control.settings.NAME", "programme.messages.roles.NAME"):
        assert f"# [{heading}]\n" in page
    assert "# [[clearance.stopping]]\n" in page
    assert page.startswith("## Before the sections\n\n| key |")
