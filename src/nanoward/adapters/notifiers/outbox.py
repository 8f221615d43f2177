"""Messages as lines of a file, for whatever pages people at this site."""

import json
import os
from pathlib import Path


class OutboxNotifier:
    """Appends one JSON line per message; a disk that fails must not stop a stop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        line = json.dumps({"urgency": urgency, "subject": subject, "message": message})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            place = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(place, "a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            return  # the alarm stands on the ledger besides
