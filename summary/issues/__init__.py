"""Regressions as issues on GitHub or GitLab, and comments on pull requests. docs/issues.md."""
