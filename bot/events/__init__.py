"""Owns what happened: the event log, live streams, the outbox. Refuses to deliver outside this process."""
