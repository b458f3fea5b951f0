"""What dodo.py needs to be a list of names: the plan of a run, and how doit shows it."""
