"""The folder that transformers.js loads: settings, tokenizer, and the model in f32 and in int8."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from convert.model_folder import ModelFolder, read_json
from convert.onnx_file import write_onnx
from durable import replace_durably, write_durably

MODEL, QUANTISED = 'onnx/model.onnx', 'onnx/model_quantized.onnx'


def write_onnx_folder(model: ModelFolder, target: Path) -> None:
    """transformers.js reads the chat template from tokenizer_config.json only; transformers 5 writes it beside."""
    (target / 'onnx').mkdir(parents=True, exist_ok=True)
    settings = {**read_json(model.path / 'tokenizer_config.json'), 'tokenizer_class': 'PreTrainedTokenizerFast',
                'model_max_length': model.shape.contextTokens}
    if model.vocabulary.chatTemplate:
        settings['chat_template'] = model.vocabulary.chatTemplate
    ends = [index for index in (model.vocabulary.turnEnd, model.vocabulary.endOfText) if index is not None]
    generation = {'bos_token_id': model.vocabulary.endOfText, 'eos_token_id': ends,
                  'pad_token_id': model.vocabulary.endOfText, 'do_sample': False}
    write_durably(target / 'config.json', as_json(read_json(model.path / 'config.json')))
    write_durably(target / 'tokenizer_config.json', as_json(settings))
    write_durably(target / 'generation_config.json', as_json(generation))
    write_durably(target / 'tokenizer.json', (model.path / 'tokenizer.json').read_text(encoding='utf-8'))
    replace_durably(target / MODEL, lambda part: write_onnx(model, part))


def quantise(target: Path) -> None:
    """Writes the int8 model beside the f32 one: weights by output channel, activations as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # here, because loading it says a great deal

    logging.disable(logging.WARNING)
    try:
        replace_durably(target / QUANTISED, lambda part: quantize_dynamic(
            os.fspath(target / MODEL), os.fspath(part), per_channel=True, weight_type=QuantType.QInt8))
    finally:
        logging.disable(logging.NOTSET)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + '\n'
