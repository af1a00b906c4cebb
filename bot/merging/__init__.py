"""Owns joining two tickets of one customer. Refuses tickets that nobody proved to be of one."""
