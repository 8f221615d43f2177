"""Faces: what people type, read and look at. They call flows and render values."""
