"""The support desk: one customer message from arrival to outcome, and the people around it. Refuses to know how articles are ingested."""
