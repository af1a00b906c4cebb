"""The parts of the HTML report: what it shows, its plots, its template."""
