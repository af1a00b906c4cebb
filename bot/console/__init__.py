"""Owns the agents' desk in the browser. Refuses rules: it renders what the verbs return."""
