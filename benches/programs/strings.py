"""Text: building by concatenation, joining, splitting, formatting, searching, changing case."""


def build(n):
    text = ""
    for i in range(n):
        text += "item " + str(i) + ","
    return text


def shapes(n):
    return "\n".join("%5d|%-8s|%.2f" % (i, "n" + str(i), i / 3) for i in range(n)) + "".join(f"{i:>4}{i * 2:x}{'é' * (i % 3)!r}" for i in range(n)) + " ".join(
        "{0}:{1!r}".format(i, str(i)) for i in range(n))


total = 0
for _ in range(6):
    text = build(20000)
    parts = text.split(",")
    total += len(parts) + sum(part.startswith("item 1") for part in parts) + text.count("9") + text.find("item 19999")
    total += len(text.replace("item", "thing").upper().title().swapcase().strip())
    total += len(shapes(6000))
    total += sum(len(part.encode("utf-8").decode("ascii").partition(" ")[2]) for part in parts)
    total += sum(ord(c) for c in text[:30000])
print(total)
