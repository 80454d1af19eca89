"""Stage 4: write the trained model as GGUF (f16) and quantise it to q8_0 with llama.cpp's own tool.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np

from settings import Settings, arguments, load

TENSORS = {
    'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v',
    'self_attn.o_proj': 'attn_output', 'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up',
    'mlp.down_proj': 'ffn_down', 'input_layernorm': 'attn_norm', 'post_attention_layernorm': 'ffn_norm',
}


def interleave(weight: np.ndarray, heads: int) -> np.ndarray:
    """Reorders the rows of a query or key matrix (rows, columns) from split halves to neighbouring pairs.

    transformers rotates component i of a head with component i + half; ggml rotates 2i with 2i + 1. Without this
    the file loads and answers, only worse.
    """
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def gguf_name(name: str) -> str:
    if name == 'model.embed_tokens.weight':
        return 'token_embd.weight'
    if name == 'model.norm.weight':
        return 'output_norm.weight'
    _, _, layer, rest = name.split('.', 3)
    return f'blk.{layer}.{TENSORS[rest.removesuffix(".weight")]}.weight'


def write_tokenizer(writer, folder: Path, vocabulary: int) -> None:
    import gguf

    from chat import END_OF_TEXT, SPECIAL_TOKENS, TEMPLATE, TURN_END

    source = json.loads((folder / 'tokenizer.json').read_text(encoding='utf-8'))
    names = {index: token for token, index in source['model']['vocab'].items()}
    names.update({token['id']: token['content'] for token in source['added_tokens']})
    tokens = [names[index] for index in range(vocabulary)]
    kinds = [gguf.TokenType.CONTROL if token in SPECIAL_TOKENS else gguf.TokenType.NORMAL for token in tokens]
    merges = [merge if isinstance(merge, str) else ' '.join(merge) for merge in source['model']['merges']]
    writer.add_tokenizer_model('gpt2')
    writer.add_tokenizer_pre('gpt-2')
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index(END_OF_TEXT))
    writer.add_eos_token_id(tokens.index(END_OF_TEXT))
    writer.add_pad_token_id(tokens.index(END_OF_TEXT))
    writer.add_eot_token_id(tokens.index(TURN_END))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template(TEMPLATE)


def write_gguf(settings: Settings, target: Path) -> None:
    """Writes matrices as f16 and norms as f32; tied embeddings are stored once."""
    import gguf
    from safetensors.numpy import load_file

    folder, shape = settings.data.out / 'model', settings.model
    config = json.loads((folder / 'config.json').read_text())
    writer = gguf.GGUFWriter(target, 'llama')
    writer.add_type('model')
    writer.add_name(settings.id)
    writer.add_author('Terroir')
    writer.add_organization('Terroir')
    writer.add_description("A very small model trained on Terroir's own courses, texts and questions")
    writer.add_license('CC-BY-SA-4.0')
    writer.add_languages(list(settings.data.languages))
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(shape.contextTokens)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feedForward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.keyValueHeads)
    writer.add_layer_norm_rms_eps(config['rms_norm_eps'])
    writer.add_vocab_size(settings.tokenizer.vocabulary)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(float((config.get('rope_parameters') or config).get('rope_theta', 10000.0)))
    write_tokenizer(writer, folder, settings.tokenizer.vocabulary)
    for name, raw in load_file(folder / 'model.safetensors').items():
        if name == 'lm_head.weight':
            continue
        tensor = raw.astype(np.float32)
        if 'q_proj' in name:
            tensor = interleave(tensor, shape.heads)
        if 'k_proj' in name:
            tensor = interleave(tensor, shape.keyValueHeads)
        writer.add_tensor(gguf_name(name), tensor if tensor.ndim == 1 else tensor.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    settings = load(arguments(__doc__.splitlines()[0]).parse_args().config)
    out, ship = settings.data.out, settings.data.ship
    full, small = out / f'{settings.id}-f16.gguf', out / f'{settings.id}.gguf'
    write_gguf(settings, full)
    quantise = shutil.which('llama-quantize')
    if not quantise:
        raise SystemExit("llama-quantize is not on PATH: install Debian's llama.cpp-tools, then run this stage again")
    subprocess.run([quantise, full, small, 'q8_0'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ship.mkdir(exist_ok=True)
    part = ship / f'.{settings.id}.part'
    shutil.copyfile(small, part)
    os.replace(part, ship / small.name)
    shutil.copyfile(out / 'training-log.csv', ship / 'training-log.csv')
    for path in (full, ship / small.name):
        print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest(), flush=True)


if __name__ == '__main__':
    main()
