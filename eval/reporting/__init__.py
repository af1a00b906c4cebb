"""Owns the parts of the HTML report: what it shows, plots, template. Refuses to measure."""
