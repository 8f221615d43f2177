"""What an agent is, as its maker states it: the spec. Frozen; checked by checks.py."""

from dataclasses import dataclass
from datetime import date

KINDS = ("microbe", "virus", "phage", "cell", "device", "molecule")
REPLICATING = ("microbe", "virus", "phage", "cell")
ROLES = ("kill", "safety", "payload", "cds", "regulatory", "backbone")
CODING = ("cds",)
MAY_CHANGE = ("staff", "participant", "nobody")
DIRECTIONS = ("benefit", "harm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contig:
    """One reference sequence: its letters' number and the SHA-256 of them in upper case.

    circular  its last letter is followed by its first: a plasmid, most chromosomes of bacteria
    """

    name: str
    length: int
    sha256: str
    circular: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Locus:
    """A named stretch: first and last are 1-based and both belong to it.

    coding  it is one reading frame, from start to stop codon
    """

    name: str
    role: str
    contig: str
    first: int
    last: int
    strand: str = "+"
    coding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that can be set on the agent, in a UCUM unit.

    largest_change  of one adjustment; longest_h  until it falls back to on_loss
    own_low, own_high  range in which a participant may move it alone, where one may
    """

    name: str
    unit: str
    low: float
    high: float
    step: float
    default: float
    on_loss: float
    largest_change: float
    longest_h: float
    may_change: str
    own_low: float | None = None
    own_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KillSwitch:
    """One way to end the agent.

    escape           share of agents that survive, with its 95 % interval and conditions
    doubling_h       slowest credible doubling time of a survivor, hours
    detection_limit  fewest survivors that the assay sees, in a whole sample
    """

    name: str
    locus: str
    trigger: str
    escape: float
    escape_low: float
    escape_high: float
    conditions: str
    doubling_h: float
    assay: str
    detection_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An expected benefit or side effect and its expected share of people."""

    term: str
    direction: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """How the agent passes between people and changes meanwhile, with where that is published.

    serial_interval_d    mean days from one person's onset to that of whom they infected;
                         serial_interval_spread_d its standard deviation
    clock_per_site_year  substitutions per site and year; clock_spread its standard deviation,
                         as a share of it
    """

    setting: str
    source: str
    serial_interval_d: float | None = None
    serial_interval_spread_d: float | None = None
    clock_per_site_year: float | None = None
    clock_spread: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """A spec as its maker states it; parent is NAME@VERSION of what it was made from, or "".

    given  false where this programme gives it to nobody: a natural virus that is watched, a
           study that is over. Such a spec needs no kill mechanism and can never be published.
    """

    name: str
    title: str
    version: str
    kind: str
    expires: date
    parent: str = ""
    given: bool = True
    contigs: tuple[Contig, ...] = ()
    loci: tuple[Locus, ...] = ()
    settings: tuple[Setting, ...] = ()
    kills: tuple[KillSwitch, ...] = ()
    effects: tuple[Effect, ...] = ()
    transmission: tuple[Transmission, ...] = ()


def version_of(text: str) -> tuple[int, int, int] | None:
    """MAJOR.MINOR.PATCH as numbers; None for anything else."""
    parts = text.split(".")
    if len(parts) != 3 or not all(_plain_number(part) for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def _plain_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
