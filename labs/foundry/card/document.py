"""Writes the card as Markdown from a template per language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from card.words import HERE, Words


def card(facts: dict[str, Any], language: str, own_words: Path | None = None) -> str:
    """`own_words`: a template that extends `<language>.md.jinja` and says some of it in words of its own."""
    folders = [HERE, *([own_words.parent] if own_words else [])]
    templates = Environment(loader=FileSystemLoader(folders), undefined=StrictUndefined, trim_blocks=True,
                            lstrip_blocks=True, autoescape=False)
    templates.filters.update(Words(language).filters())
    text = templates.get_template(own_words.name if own_words else f'{language}.md.jinja').render(facts)
    return re.sub(r'\n{3,}', '\n\n', text).strip() + '\n'
