"""Room 9. Who comes when, under which terms, and what do we tell the council?"""

SECTIONS = {
    "programme": (
        "nanoward.programme.programme_keys:ProgrammeSection",
        "nanoward.programme.section_reader:read_programme",
    )
}
