"""Messages: written, told, answered; carried between sites in sealed files.

May import flows.exit, flows.consent, flows.steps, the rooms and ports.
"""
