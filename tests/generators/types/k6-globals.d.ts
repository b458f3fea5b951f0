// What k6 has in every script, and its types leave out.
declare const crypto: { randomUUID(): string };
