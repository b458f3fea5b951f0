"""The nights: one record each, in a store that outlives the machine. docs/history.md."""
