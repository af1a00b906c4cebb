"""Owns resolved tickets that are like one, and playbooks for it. Refuses what a policy keeps among its own people."""
