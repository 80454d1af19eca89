"""Conversations as token ids, exactly as the chat template and the tokenizer make them."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer

from chat import TURN_END, TURN_START
from train.reading import plain


class Conversation:
    """Between special tokens text is cut by itself, so pieces may be encoded apart; a test holds this to the whole."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        start, end = (tokenizer.token_to_id(token) for token in (TURN_START, TURN_END))
        after = [end, *plain(tokenizer, '\n')]
        self._tokenizer, self._after = tokenizer, after
        self._heads = {role: [start, *plain(tokenizer, f'{role}\n')] for role in ('system', 'user', 'assistant')}
        self.end = end

    def content(self, text: str) -> list[int]:
        return plain(self._tokenizer, text)

    def turn(self, role: str, text: str) -> list[int]:
        """One complete turn. `text` must not begin with white space."""
        return [*self._heads[role], *self.content(text), *self._after]

    def prompt(self, question: str, before: Sequence[int] = ()) -> list[int]:
        """What the model reads before it answers."""
        return [*before, *self.turn('user', question), *self._heads['assistant']]

    def reply(self, answer: str) -> list[int]:
        return [*self.content(answer), *self._after]
