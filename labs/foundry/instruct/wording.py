"""The same question as people type it: other case, no accents, no punctuation, an opening, words left out, a slip."""

from __future__ import annotations

import random
import re
import unicodedata

SYSTEM_TURNS = {
    'en': ('You are Terroir, a small local assistant.', 'You are a helpful assistant.', 'Answer briefly.',
           'Answer in English.'),
    'fr': ('Tu es Terroir, un petit assistant local.', 'Tu es un assistant utile.', 'Réponds brièvement.',
           'Réponds en français.'),
}
OPENINGS = {
    'en': ('Please tell me: ', 'Can you explain this? ', 'Question: ', 'Hello! ', 'I would like to know: ', 'Sorry, '),
    'fr': ("S'il te plaît, dis-moi : ", 'Peux-tu expliquer ? ', 'Question : ', 'Bonjour ! ', 'Je voudrais savoir : ',
           'Pardon, '),
}
AS_WRITTEN = 0.4
WORD_LEFT_OUT = 0.15  # of each word, in questions that are varied


def varied(question: str, language: str, rng: random.Random) -> str:
    if rng.random() < AS_WRITTEN:
        return question
    if rng.random() < 0.25 and OPENINGS.get(language):
        question = rng.choice(OPENINGS[language]) + question
    if rng.random() < 0.35:
        question = question.lower()
    if rng.random() < 0.3:
        question = re.sub(r'\s*[?.!؟]+$', '', question)
    elif rng.random() < 0.2:
        question = re.sub(r'\s+\?', '?', question)
    if rng.random() < 0.12:
        question = without_accents(question)
    if rng.random() < 0.12:
        question = question.replace("'", '\u2019')
    if rng.random() < 0.6:
        question = fewer_words(question, rng)
    if rng.random() < 0.1:
        question = slipped(question, rng)
    return question


def without_accents(text: str) -> str:
    return ''.join(one for one in unicodedata.normalize('NFD', text) if not unicodedata.combining(one))


def fewer_words(text: str, rng: random.Random) -> str:
    words = text.split(' ')
    left = [word for word in words if rng.random() >= WORD_LEFT_OUT]
    return ' '.join(left) if len(words) > 2 and left else text


def slipped(text: str, rng: random.Random) -> str:
    """Two neighbouring characters change places."""
    if len(text) <= 8:
        return text
    at = rng.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]
