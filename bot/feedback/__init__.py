"""Owns customers' judgements. Refuses to interpret them."""
