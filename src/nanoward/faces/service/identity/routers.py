"""Every router of identity, in the order in which paths are tried."""

from nanoward.faces.service.identity import (
    cards,
    devices,
    emergencies,
    invites,
    pages,
    people,
    sessions,
    sign_in,
    step_up,
)

IDENTITY = (
    pages.router,
    sign_in.router,
    invites.router,
    devices.router,
    sessions.router,
    step_up.router,
    emergencies.router,
    cards.router,
    people.router,
)
