"""Owns articles as their authors work on them, and how they come into service. Refuses to answer customers."""
