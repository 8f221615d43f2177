"""Room 6. May this order be sent, was the kill code obeyed, is the agent escaping?"""

SECTIONS = {
    "control": (
        "nanoward.control.control_keys:ControlSection",
        "nanoward.control.plan:strict_control_plan",
    )
}
