"""Owns running cases through the real pipeline and comparing with a baseline. Refuses an LLM as judge."""
