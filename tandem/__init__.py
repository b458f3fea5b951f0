"""What every part of Tandem stands on: errors, exit codes, files, digests and settings."""
