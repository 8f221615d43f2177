"""One ward with a round, consents and a lane, and its doors, for every test of the API."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faces.service.api.api_world import CONSENT, SIGNED, TERMS
from tests.faces.service.service_world import Doors, doors

from nanoward.base.entries import ConsentSigned
from nanoward.flows.consent.issue_consent import issue_document
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.flows.repeat.hold_round import hold_round
from nanoward.wiring import open_ports


@pytest.fixture(scope="session")
def held(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme after its round; somebody signed the consent. Copy it before you break it."""
    folder = Path(shutil.copytree(simulated, tmp_path_factory.mktemp("held") / "ward"))
    with open_ports(str(folder), quiet=True, workers=1, use="round") as ports:
        hold_round(ports, as_of=None, seed=7, render=lambda _: b"<p>report</p>")
    with open_ports(str(folder), quiet=True) as ports:
        sha256, _ = issue_document(ports, CONSENT, TERMS, by="council")
        for who in SIGNED:
            signing = ConsentSigned(
                participant=who, document_sha256=sha256, version="1", signed=ports.today(),
                uses=("research", "future"), refused=(), printed_name="A Person", meaning="",
                identified_by="passport and PIN", explained_by="N", witnessed_by="M",
                read_s=600, answered_right=0, agent_off=False,
            )  # fmt: skip
            sign_consent(ports, signing, by="console")
    return folder


@pytest.fixture(scope="session")
def api(held: Path) -> Iterator[Doors]:
    """The doors of that programme."""
    with doors(held) as made:
        yield made
