"""The keys of [control] in programme.toml, as `control_plan` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nanoward.base.plan_keys.keys import stated


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadingKeys:
    """What the agent's sensor must have measured before a dose.

    quantity   that is measured
    unit       of the quantity (UCUM)
    low, high  values outside are implausible, and count as no reading
    """

    quantity: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _SettingKeys:
    """One setting of the agent that may be ordered.

    unit              of its values (UCUM)
    low, high         values that may be ordered
    default           value that the agent falls back to when a lease ends
    step              grid of values that can be set, counted from the default
    rise_per_h        most that it may rise within any hour
    exposure_per_day  most value x hours within any 24 hours
    lease_s           [s] longest lease
    who               who may order it: staff, participant
    reading           what must be freshly read of the person; without it it cannot be set
    """

    unit: str
    low: float
    high: float
    default: float
    step: float
    rise_per_h: float
    exposure_per_day: float
    lease_s: float
    who: tuple[Literal["staff", "participant"], ...] = ("staff",)
    reading: _ReadingKeys | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _MechanismKeys:
    """One way to kill the agent, as its spec declares it.

    dose         of the trigger, above 0
    unit         of the dose (UCUM)
    log_kill     [log10] killed at first use
    escape       share that cannot be killed
    half_life_h  [h] of the trigger in the person
    second       the route to take when it fails: another mechanism, or what is done by hand
    """

    dose: float
    unit: str
    log_kill: float
    escape: float = stated(low=0, high=1)
    half_life_h: float
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _RouteKeys:
    """One assay of one kind of sample, by which a flush is shown to have worked.

    assay        name of the assay
    matrix       kind of sample
    lod          [counts] that the assay needs in a sample, 1 or more
    fraction     share of the habitat that is in a sample, above 0
    clumping     shape of the gamma-Poisson counts, above 0; small is clumped
    alpha, beta  of the Beta distribution of its sensitivity between people
    """

    assay: str
    matrix: str
    lod: float
    fraction: float
    clumping: float
    alpha: float
    beta: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _FlushKeys:
    """When somebody is told free of the agent after a kill.

    doubling_h  [h] slowest credible doubling time of a survivor
    response_h  [h] after the trigger, when a first answer is due
    routes      assays by which it is looked for
    """

    doubling_h: float
    response_h: float = 72.0
    routes: tuple[_RouteKeys, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignerKeys:
    """A person who may sign, with the public key that checks it.

    name    of the person
    key     identifier of the key, as its signatures name it
    public  the public key, hexadecimal
    scheme  ed25519, or webauthn for a passkey
    roles   staff gives orders and enrols; physician, safety officer and council release kill
            codes
    person  who it is, where one person has several keys
    scopes  owners of agents for whom the signature counts
    """

    name: str
    key: str
    public: str
    scheme: Literal["ed25519", "webauthn"]
    roles: tuple[Literal["staff", "physician", "safety_officer", "council"], ...]
    person: str = ""
    scopes: tuple[str, ...] = ("ours",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PasskeyKeys:
    """For whom passkeys sign: the console's page.

    domain  that passkeys are bound to
    origin  of the page, https://DOMAIN
    """

    domain: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _DriverKeys:
    """One driver; what else it is told depends on its kind.

    kind  of the driver; its own name unless stated
    NAME  any option of that kind
    """

    kind: str = stated("", silent="the driver's own name")
    NAME: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSection:
    """The keys of [control]: what the programme allows to be ordered, and by whom.

    agent        name of the agent, as its spec has it
    spec_sha256  of the spec that these limits were taken from
    owner        of the agent; another's agents are not killed
    settings     settings that may be ordered
    mechanisms   ways to kill the agent
    flush        when somebody is told free of the agent
    signers      people who may sign
    drivers      what reaches the agents
    passkeys     the console whose passkeys sign; none: no passkey counts
    """

    agent: str
    spec_sha256: str
    owner: str = "ours"
    settings: Mapping[str, _SettingKeys] = field(default_factory=dict)
    mechanisms: Mapping[str, _MechanismKeys] = field(default_factory=dict)
    flush: _FlushKeys | None = None
    signers: tuple[_SignerKeys, ...] = ()
    drivers: Mapping[str, _DriverKeys] = field(default_factory=dict)
    passkeys: _PasskeyKeys | None = None
