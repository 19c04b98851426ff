"""Files that come with netlab, and the scripts that made them."""
