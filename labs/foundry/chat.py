"""ChatML: the one conversation format of the model, in training, in the GGUF file and in evaluation."""

from __future__ import annotations

END_OF_TEXT, TURN_START, TURN_END = '<|endoftext|>', '<|im_start|>', '<|im_end|>'
SPECIAL_TOKENS = (END_OF_TEXT, TURN_START, TURN_END)  # ids 0, 1, 2

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def turn(role: str, content: str) -> str:
    """One complete turn, as TEMPLATE renders it."""
    return f'{TURN_START}{role}\n{content}{TURN_END}\n'


def prompt(question: str, before: str = '') -> str:
    """What the model reads before it answers: earlier turns, the question, and the opening of its own turn."""
    return f'{before}{turn("user", question)}{TURN_START}assistant\n'
