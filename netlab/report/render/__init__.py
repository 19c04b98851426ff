"""Tables as text: markdown, LaTeX, HTML, CSV, JSON, and loss surfaces as SVG."""
