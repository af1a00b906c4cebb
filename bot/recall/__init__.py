"""Owns answer recall: who was told text that no longer holds, and one follow-up each. Refuses to change articles."""
