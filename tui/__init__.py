"""The Textual app of netlab."""
