"""The statistics of the confidence: samples, fit, quality, bound, file."""
