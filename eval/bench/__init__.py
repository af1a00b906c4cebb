"""Owns speed and memory as ratios to a plain baseline measured in the same run. Refuses a figure without one."""
