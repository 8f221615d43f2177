"""Every router of identity, in the order in which paths are tried."""

from nanoward.faces.service.identity import (
    cards,
    emergencies,
    identity_pages,
    invites,
    own_devices,
    own_sessions,
    roles_page,
    sign_in,
    step_up,
)

IDENTITY = (
    identity_pages.router,
    sign_in.router,
    invites.router,
    own_devices.router,
    own_sessions.router,
    step_up.router,
    emergencies.router,
    cards.router,
    roles_page.router,
)
