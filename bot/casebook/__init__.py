"""Owns the cases of the evaluation: their format, and changes to them that people propose. Refuses to ask them."""
