"""Owns complaints from their receipt to their end, the customer told at each stage. Refuses a step that skips one."""
