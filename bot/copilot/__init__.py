"""Owns the staff copilot, a process of its own. Refuses customers and every write to the desk."""
