"""Owns one file per revision, oldest first by number. Refuses to import tables.py: revisions never change."""
