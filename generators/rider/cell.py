"""What the generator writes at the head of each script, with the values of its cell.

These stand in their place while the modules are read and checked where they are.
"""

JOURNEY = ""
BASE_URL = "http://127.0.0.1:4173"
USERS = 1
ITERATIONS = 1
WARMUP = 0
PACING_S = 3.0
STREAMS: tuple[str, ...] = ()
HEADERS: dict[str, str] = {}
