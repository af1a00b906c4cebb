"""Owns the public help centre: the knowledge base as pages. Refuses staff, sessions and internal articles."""
