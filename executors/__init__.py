"""Run one script as one cell: toolchain, app server, supervision, raw artifacts."""
