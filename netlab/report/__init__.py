"""Statistics and tables from what the lab holds. No torch."""
