"""The statistics: paired tests and intervals, power, Holm's correction, factorial effects."""
