"""Owns what is said: spans, proof, citations, the optional rewrite. Refuses a sentence without a source."""
