"""What Tandem costs, measured as ratios taken in one run: `python -m benchmarks.NAME`."""
