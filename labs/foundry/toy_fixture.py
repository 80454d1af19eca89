"""A model of random weights with a tokenizer that knows ten scripts.

Made in a second, and as hard to convert as a trained one.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils.logging import disable_progress_bar

from chat import END_OF_TEXT, SPECIAL_TOKENS, TEMPLATE
from convert.stage import run as convert
from journal import Journal
from recipe import Card, Data, Recipe

HERE = Path(__file__).resolve().parent
STRINGS: dict[str, list[str]] = json.loads((HERE / 'tokenizer-strings.json').read_text(encoding='utf-8'))
CONTEXT = 256


def toy_recipe(folder: Path, name: str = 'toy') -> Recipe:
    data = Data(sources=(folder / 'text',), work=folder / 'work', artefacts=folder / 'artefacts')
    data.work.mkdir(parents=True)
    data.artefacts.mkdir()
    return Recipe(name, ('en',), data, Card('Toy', 'Somebody', 'CC0-1.0', 'Written for a test.'))


def write_toy_model(folder: Path, vocabulary: int = 1500, seed: int = 7) -> None:
    """Attention depends on positions, so that a wrong order of rows shows; two query heads share a key-value head."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    texts = [text for group in STRINGS.values() for text in group]
    tokenizer.train_from_iterator(texts * 2, trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL_TOKENS), show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    torch.manual_seed(seed)
    disable_progress_bar()
    LlamaForCausalLM(LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, intermediate_size=256, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=CONTEXT, tie_word_embeddings=True,
        bos_token_id=0, eos_token_id=0, pad_token_id=0, initializer_range=0.15)).save_pretrained(folder)
    tokenizer.save(str(folder / 'tokenizer.json'))
    (folder / 'tokenizer_config.json').write_text(json.dumps({
        'tokenizer_class': 'PreTrainedTokenizerFast', 'bos_token': END_OF_TEXT, 'eos_token': END_OF_TEXT,
        'pad_token': END_OF_TEXT, 'chat_template': TEMPLATE}))


def converted_toy(folder: Path, vocabulary: int = 1500) -> Recipe:
    """Also keeps the report of the convert stage where later stages look for it."""
    recipe = toy_recipe(folder)
    write_toy_model(recipe.data.work / 'model', vocabulary)
    report = convert(recipe, Journal(None))
    (recipe.data.work / 'convert.json').write_text(json.dumps({'report': report}))
    return recipe
