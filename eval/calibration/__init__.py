"""Owns the statistics of the confidence: samples, fit, quality, bound. Refuses to decide."""
