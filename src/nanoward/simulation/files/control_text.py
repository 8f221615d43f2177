"""The [control] section of a simulated programme: orders and kill codes on simulated agents.

Doses, half-lives and assays are our assumptions; escape rates are those of the spec. Nobody is
enrolled and nobody may sign: that is for whoever tries it (docs/howto/control-an-agent.md).
"""

from nanoward.base.ids import Sha256

SETTING = """
[control.settings.inducer]
unit = "mg"
low = 0.0
high = 300.0
default = 0.0
step = 25.0
rise_per_h = 75.0
exposure_per_day = 4800.0
lease_s = 1200
who = ["staff", "participant"]

[control.settings.inducer.reading]
quantity = "pulse"
unit = "/min"
low = 30.0
high = 220.0
"""
MECHANISMS = """
[control.mechanisms.lysis]
dose = 5.0
unit = "g"
log_kill = 6.0
escape = 1e-9
half_life_h = 2.0
second = "starvation"

[control.mechanisms.starvation]
dose = 1.0
unit = "d"
log_kill = 5.0
escape = 1e-10
half_life_h = 6.0
second = "an antibiotic, given by hand"
"""
ROUTES = (("culture", "stool"), ("qpcr", "stool"))


def control_text(agent: str, kind: str, spec_sha256: Sha256) -> str:
    """TOML of [control], for the spec with this hash."""
    routes = "".join(
        f"""
[[control.flush.routes]]
assay = "{assay}"
matrix = "{matrix}"
lod = 3
fraction = 0.001
clumping = 0.3
alpha = 8.0
beta = 2.0
"""
        for assay, matrix in ROUTES
    )
    return f"""
[control]
agent = "{agent}"
spec_sha256 = "{spec_sha256}"
owner = "ours"
{SETTING}{MECHANISMS}
[control.flush]
doubling_h = 24.0
{routes}
[control.drivers.simulated]
kind = "simulated"
agents = "{kind}"
"""
