"""Pure functions from a resolved journey to the text of one standalone script."""
