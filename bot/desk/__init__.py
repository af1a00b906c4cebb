"""Owns people at work: accounts, sessions, tickets. Refuses to open tickets: see handoff."""
