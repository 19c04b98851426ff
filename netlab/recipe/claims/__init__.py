"""The language of claims: text to syntax tree, and the names in it checked."""
