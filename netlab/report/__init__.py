"""From the lab to an honest table: load a study, tabulate it, judge its claims, render it."""
