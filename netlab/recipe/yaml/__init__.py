"""YAML in and out: files with line numbers, error messages, values as text."""
