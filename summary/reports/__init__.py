"""What a judged run looks like: pages, Markdown, JUnit, the terminal. Nothing is judged here."""
