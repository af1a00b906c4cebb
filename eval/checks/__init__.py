"""What is judged of an observation, one file per family."""
