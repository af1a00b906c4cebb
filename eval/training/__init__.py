"""Training what the desk reads with: see docs/decisions/0016."""
