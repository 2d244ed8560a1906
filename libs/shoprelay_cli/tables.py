"""Markdown."""


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table, with a line break at its end."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in [head, *rows]]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:], ""])
