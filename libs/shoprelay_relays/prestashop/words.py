"""Texts that may be translated: [{"id": language, "value": text}], or plain text where there is one language."""

from shoprelay_relays.fields import Raw


def text(raw: Raw, key: str, language: str | None) -> str | None:
    """Plain text in this language, else in the first that has one."""
    return _in_language(raw, key, language, html=False)


def html(raw: Raw, key: str, language: str | None) -> str | None:
    """The same for markup, whose entities belong to it."""
    return _in_language(raw, key, language, html=True)


def _in_language(raw: Raw, key: str, language: str | None, *, html: bool) -> str | None:
    read = Raw.html if html else Raw.text
    if not raw.several(key):
        return read(raw, key)
    known = {item.reference("id"): found for item in raw.items(key) if (found := read(item, "value"))}
    return known.get(language) or next(iter(known.values()), None)
