"""Owns what happens to a message: answer, clarify, hand off, refuse. Refuses to search or to store."""
