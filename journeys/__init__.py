"""The journey language: models, loader, action map, and the specs themselves."""
