"""Regular expressions over a long text: search, split, sub with a function, groups."""

import re

TEXT = "\n".join("2024-%02d-%02d user%d@example%d.org GET /path/%d/file_%d.html?x=%d \"Agent %d\" %d" % (
    i % 12 + 1, i % 28 + 1, i, i % 7, i, i * 3, i % 11, i % 5, i * 17) for i in range(2500))

total = 0
for pattern in (r"\b\w+@\w+\.org\b", r"(\d{4})-(\d\d)-(\d\d)", r"[a-z]+_(\d+)\.html", r"(?i)get\s+(/\S*)", r"(?:a|e|i|o|u){2}", r'"([^"]*)"', r"^.*?(\d+)$"):
    compiled = re.compile(pattern, re.MULTILINE)
    total += len(compiled.findall(TEXT)) + sum(m.end() for m in compiled.finditer(TEXT)) % 1000
total += len(re.sub(r"\d+", lambda m: str(int(m.group()) + 1), TEXT)) + len(re.split(r"[\s/]+", TEXT))
print(total)
