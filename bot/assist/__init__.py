"""Owns suggestions beside a ticket and what became of them. Refuses to send anything by itself."""
