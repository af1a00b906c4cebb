"""Owns the ways to other systems: webhooks out, LangChain. Refuses to decide what they are told."""
