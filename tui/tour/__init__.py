"""The tour: a greeting with templates, and a line with the next key up to a comparison."""
