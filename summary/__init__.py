"""From raw artifacts to tables, statistics, a verdict and reports."""
