"""First steps: a greeting with templates, and a line that leads from one to a comparison."""
