"""Room 9. Who comes when, under which terms, and what do we tell the council?"""
