"""A folder of notices: one text file each, appearing whole, named by its delivery."""

from pathlib import Path

from nanoward.adapters.notifiers.config import NotifierConfig, NotifierOffer
from nanoward.adapters.notifiers.quiet import DeliveringNotifier
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.ports.notifier import DeliveryFailedError, Notification


class FolderNotifier(DeliveringNotifier):
    """Writes DELIVERY.txt; the same delivery again gives the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, notification: Notification) -> None:
        lines = [
            *(["This is an exercise."] if notification.exercise else []),
            f"To: {notification.to}",
            f"Urgency: {notification.urgency}",
            f"Status: {notification.status}",
            f"Act by: {notification.act_by:%Y-%m-%d %H:%M} UTC",
            f"Subject: {notification.subject}",
            f"Messages: {', '.join(notification.messages)}",
            "",
            notification.text,
        ]
        try:
            target = self._path / f"{notification.delivery}.txt"
            write_whole(target, ("\n".join(lines) + "\n").encode())
        except OSError as fault:
            raise DeliveryFailedError(f"{self._path}: {fault}") from fault


def open_folder_notifier(config: NotifierConfig) -> FolderNotifier:
    """A channel of kind "folder": `path`, beside the programme where it is relative."""
    config.only("path")
    return FolderNotifier(config.folder.parent / config.text("path", "notices"))


NOTIFIER = NotifierOffer(
    name="folder", meaning="one text file per notice, in a folder", opens=open_folder_notifier
)
