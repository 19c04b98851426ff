"""Guides: from a question and a prediction to a verdict, next to the figure of the source."""
