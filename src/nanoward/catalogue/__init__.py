"""Room 2. What was found in this sample, and how far has it adapted to its host?"""
