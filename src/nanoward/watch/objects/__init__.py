"""Objects: detections to tracks, and what threatens a protected zone or a protected orbit.

Knows positions, motion, probability, time of arrival; nothing of files or incidents.
"""
