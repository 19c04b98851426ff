"""The Textual app of netlab."""

import os

os.environ.setdefault("TEXTUAL_FPS", "120")
"""Textual waits for its next frame before it paints, and an edit waits for two: one is drawn when
the key is pressed, one when its cost is there. At Textual's 60 a second that wait was half of the
time from a key to the cost. Read when textual is imported; nothing is painted without a change."""
