"""Owns fitting the sensitive screen and measuring it on sentences it was not fitted on. Refuses to screen."""
