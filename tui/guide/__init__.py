"""Guides: from a question, by way of a prediction, to a verdict beside the source's figure."""
