"""Owns what customers are given beyond the policy: limits, grants, approvals. Refuses to pay: the back office does."""
