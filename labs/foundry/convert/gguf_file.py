"""Writes a model as GGUF: matrices as f16, norms as f32, tied embeddings once.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from convert.model_folder import ModelFolder, Shape, Vocabulary

TENSORS = {
    'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v',
    'self_attn.o_proj': 'attn_output', 'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up',
    'mlp.down_proj': 'ffn_down', 'input_layernorm': 'attn_norm', 'post_attention_layernorm': 'ffn_norm',
}


@dataclass(frozen=True)
class About:
    """What the file says of itself. `licence`: SPDX id, or 'unknown'; `languages`: BCP 47."""

    id: str
    title: str
    maker: str
    licence: str
    languages: tuple[str, ...]


def write_gguf(model: ModelFolder, about: About, target: Path) -> None:
    writer = gguf.GGUFWriter(target, 'llama')
    try:
        add_about(writer, about)
        add_shape(writer, model.shape)
        add_vocabulary(writer, model.vocabulary)
        for name, tensor in model.tensors.items():
            ordered = in_ggml_order(name, tensor, model.shape)
            writer.add_tensor(gguf_name(name), ordered if ordered.ndim == 1 else ordered.astype(np.float16))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def add_about(writer: gguf.GGUFWriter, about: About) -> None:
    writer.add_type('model')
    writer.add_name(about.title)
    writer.add_basename(about.id)
    if about.maker != 'unknown':
        writer.add_author(about.maker)
        writer.add_organization(about.maker)
    if about.licence != 'unknown':
        writer.add_license(about.licence)
    writer.add_languages(list(about.languages))


def add_shape(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(shape.contextTokens)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feedForward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.keyValueHeads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_rope_dimension_count(shape.headWidth)
    writer.add_rope_freq_base(shape.ropeTheta)


def add_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    kinds = [gguf.TokenType.CONTROL if index in vocabulary.special else gguf.TokenType.NORMAL
             for index in range(len(vocabulary.tokens))]
    writer.add_tokenizer_model('gpt2')
    writer.add_tokenizer_pre('gpt-2')
    writer.add_token_list(list(vocabulary.tokens))
    writer.add_token_types(kinds)
    writer.add_token_merges(list(vocabulary.merges))
    writer.add_bos_token_id(vocabulary.endOfText)
    writer.add_eos_token_id(vocabulary.endOfText)
    writer.add_pad_token_id(vocabulary.endOfText)
    if vocabulary.turnEnd is not None:
        writer.add_eot_token_id(vocabulary.turnEnd)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    if vocabulary.chatTemplate:
        writer.add_chat_template(vocabulary.chatTemplate)


def gguf_name(name: str) -> str:
    if name == 'model.embed_tokens.weight':
        return 'token_embd.weight'
    if name == 'model.norm.weight':
        return 'output_norm.weight'
    _, _, layer, rest = name.split('.', 3)
    return f'blk.{layer}.{TENSORS[rest.removesuffix(".weight")]}.weight'


def in_ggml_order(name: str, tensor: np.ndarray, shape: Shape) -> np.ndarray:
    if name.endswith('.q_proj.weight'):
        return interleave(tensor, shape.heads)
    return interleave(tensor, shape.keyValueHeads) if name.endswith('.k_proj.weight') else tensor


def interleave(weight: np.ndarray, heads: int) -> np.ndarray:
    """Reorders the rows of a query or key matrix (rows, columns) from split halves to neighbouring pairs.

    transformers rotates component i of a head with component i + half; ggml rotates 2i with 2i + 1. Without this
    the file loads and answers, only worse.
    """
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
