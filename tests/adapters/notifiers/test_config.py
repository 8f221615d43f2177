from pathlib import Path

import pytest

from nanoward.adapters.notifiers.config import (
    NotifierConfig,
    UnknownNotifierError,
    notifier_kinds,
    open_notifier,
)
from nanoward.ports.notifier import Notifier

OPTIONS = {
    "smtp": {"host": "127.0.0.1", "sender": "a@example.org"},
    "alertmanager": {"address": "http://127.0.0.1:9093"},
}


def config(folder: Path, **options: object) -> NotifierConfig:
    return NotifierConfig(name="mine", folder=folder, options=options)


def test_every_notifier_that_is_offered_opens_and_is_one(tmp_path: Path) -> None:
    names = notifier_kinds()
    assert set(names) >= {"alertmanager", "cap", "folder", "outbox", "screen", "smtp"}
    for name in names:
        opened = open_notifier(name, config(tmp_path, **OPTIONS.get(name, {})))
        assert isinstance(opened, Notifier)


def test_one_that_nobody_offers_and_an_option_that_nobody_reads(tmp_path: Path) -> None:
    with pytest.raises(UnknownNotifierError, match="no notifier"):
        open_notifier("pigeon", config(tmp_path))
    with pytest.raises(UnknownNotifierError, match="does not know 'wings'"):
        open_notifier("folder", config(tmp_path, wings=2))
    with pytest.raises(UnknownNotifierError, match="needs a text 'host'"):
        open_notifier("smtp", config(tmp_path, sender="a@b.org"))
