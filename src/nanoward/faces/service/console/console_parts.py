"""What the console keeps while the service runs: rounds, drafts, the programme's own key."""

import hmac
import threading
import weakref
from dataclasses import dataclass, field

from fastapi import Request

from nanoward.faces.service.console.kept_contents import KeptContents
from nanoward.faces.service.console.kept_rounds import KeptRounds
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.ports.service.drafts import Drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The console of one programme; made when somebody first asks for a page of it."""

    service: Service
    rounds: KeptRounds
    drafts: Drafts
    key: bytes
    contents: KeptContents = field(default_factory=KeptContents)

    def owner_mark(self, account: str, form: str) -> str:
        """What a form carries of whose it is, so that a draft finds them without a session."""
        mac = hmac.digest(self.key, f"draft\0{account}\0{form}".encode(), "sha256").hex()
        return f"{account}\n{form}\n{mac}"

    def owner_of(self, mark: str) -> tuple[str, str] | None:
        """Account and form of a mark that we made; None for any other."""
        account, _, rest = mark.replace("\r\n", "\n").partition("\n")
        form = rest.partition("\n")[0]
        right = self.owner_mark(account, form)
        known = mark.replace("\r\n", "\n")
        return (account, form) if hmac.compare_digest(right.encode(), known.encode()) else None


_MAKING = threading.Lock()


def console_of(request: Request) -> Console:
    """The console of the service that a request came to."""
    state = request.app.state
    found: Console | None = getattr(state, "console", None)
    if found is None:
        with _MAKING:
            found = getattr(state, "console", None)
            if found is None:
                found = state.console = make_console(service_of(request))
                weakref.finalize(request.app, found.drafts.close)
    return found


def make_console(service: Service) -> Console:
    """A console over a service."""
    from nanoward.wiring.console import open_drafts, pseudonym_key

    key = pseudonym_key(service.path)
    return Console(
        service=service, rounds=KeptRounds(key), drafts=open_drafts(service.path), key=key
    )
