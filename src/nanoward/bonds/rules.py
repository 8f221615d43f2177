"""The rules of [bonds] in programme.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nanoward.base.plan_keys.keys import stated
from nanoward.base.sections import check, rules_of

FROM_AGENT = "that of the agent's spec, else 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class BondRules:
    """How pairs are compared and judged.

    strata                columns of the samples table within which pairs are compared
    alpha                 level of the false-discovery rate
    apart                 columns (where the samples table has them) that must differ for a
                          pair to count as unrelated, besides having no recorded contact
    require               column = value that a sample must have to be compared
    prefer                columns by which a participant's sample is chosen, larger first;
                          then the most readable, the earliest, the first by name
    clock_per_site_year   substitutions per site and year of this agent; 0 where unknown: then
                          linked samples may differ by no more for lying further apart in time
    clock_spread          standard deviation of that clock, as a share of it
    passings_per_year     times a year that a carrier passes the agent on; 0 where unknown: then
                          nothing is said of people between two who are linked
    serial_interval_d     [d] mean from one person's onset to that of whom they infected, for
                          this agent; 0 where unknown: then the gap of links is learnt from
                          pairs whose genomes are close
    serial_interval_spread_d  [d] its standard deviation; 0: half of the mean
    other_lineage_share   share of contacts that carry another lineage than each other, as
                          infected from outside: their genomes take no more away than its log
    linked_differences    differences expected between linked people sampled on one day
    least_share           share of reads from which an allele counts as carried
    carry_over            share up to which an allele may have come from another sample of the
                          same run that has it at consensus, and is no evidence then
    lot_is_common_source  everybody received the same lot and the reference is that lot: what
                          is as in the reference says nothing, only shared new factors do
    strict                keep the level however the pairs depend on each other
                          (Benjamini-Yekutieli): fewer links
    window_d              [d] where above 0, the contact test exchanges people only with
                          others of their place and lot who were sampled in the same window
    keep_pairs            a round of so many pairs or fewer keeps each as a row of its table; a
                          larger one keeps those that are linked, near to it, in contact, or the
                          nearest of somebody, and of the rest how many scored what
    """

    strata: tuple[str, ...] = ()
    alpha: float = 0.05
    apart: tuple[str, ...] = ("household", "site")
    require: Mapping[str, str] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()
    clock_per_site_year: float = stated(0.0, low=0, silent=FROM_AGENT)
    clock_spread: float = stated(0.3, low=0, silent="that of the agent's spec, else 0.3")
    passings_per_year: float = 0.0
    serial_interval_d: float = stated(0.0, low=0, silent=FROM_AGENT)
    serial_interval_spread_d: float = stated(0.0, low=0, silent=FROM_AGENT)
    other_lineage_share: float = 0.1
    linked_differences: float = 1.0
    least_share: float = 0.02
    carry_over: float = 0.05
    lot_is_common_source: bool = False
    strict: bool = False
    window_d: float = 0.0
    keep_pairs: int = 50_000

    @property
    def serial_interval(self) -> tuple[float, float] | None:
        """Mean and standard deviation, days; None where the agent's is not known."""
        mean = self.serial_interval_d
        return (mean, self.serial_interval_spread_d or mean / 2) if mean else None


FROM_SPEC = (
    "serial_interval_d",
    "serial_interval_spread_d",
    "clock_per_site_year",
    "clock_spread",
)


def bond_rules(
    section: Mapping[str, Any], agent: Mapping[str, float | None] | None = None
) -> BondRules:
    """The rules; InputError naming the key where the section cannot be understood.

    agent  what the agent's spec states of its transmission: used where the section is silent
    """
    stated = {
        name: value
        for name, value in (agent or {}).items()
        if name in FROM_SPEC and value is not None
    }
    rules = rules_of(BondRules, {**stated, **section}, "bonds")
    check(0 < rules.alpha < 1, "bonds", "alpha", "between 0 and 1", rules.alpha)
    clock = rules.clock_per_site_year
    check(clock >= 0, "bonds", "clock_per_site_year", "0 or more", clock)
    spread, often = rules.clock_spread, rules.passings_per_year
    check(spread >= 0, "bonds", "clock_spread", "0 or more", spread)
    check(often >= 0, "bonds", "passings_per_year", "0 or more", often)
    serial, wide = rules.serial_interval_d, rules.serial_interval_spread_d
    check(serial >= 0, "bonds", "serial_interval_d", "0 or more", serial)
    check(wide >= 0, "bonds", "serial_interval_spread_d", "0 or more", wide)
    other = rules.other_lineage_share
    check(0 <= other < 1, "bonds", "other_lineage_share", "0 or more, below 1", other)
    few = rules.linked_differences
    check(few > 0, "bonds", "linked_differences", "more than 0", few)
    least = rules.least_share
    check(0 < least < 0.5, "bonds", "least_share", "above 0, below 0.5", least)
    check(rules.window_d >= 0, "bonds", "window_d", "0 or more", rules.window_d)
    check(rules.keep_pairs >= 0, "bonds", "keep_pairs", "0 or more", rules.keep_pairs)
    stray = rules.carry_over
    check(0 <= stray < 0.5, "bonds", "carry_over", "0 or more, below 0.5", stray)
    return rules
