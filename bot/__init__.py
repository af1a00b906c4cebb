"""Owns the support desk: a message from arrival to outcome. Refuses to know how articles are ingested."""
