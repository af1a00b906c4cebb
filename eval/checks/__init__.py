"""Owns what is judged of an observation, one file per family. Refuses to run the pipeline."""
