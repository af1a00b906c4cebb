"""Owns the ways to the desk beside the widget: e-mail in and out. Refuses a second way to answer: turn.py does."""
