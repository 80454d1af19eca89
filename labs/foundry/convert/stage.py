"""Writes the trained model in the formats that engines read: GGUF for llama.cpp, ONNX for transformers.js."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from artefact import tell_artefact
from child import program, run_to_end
from convert.gguf_file import About, write_gguf
from convert.model_folder import read_model
from convert.onnx_folder import MODEL, QUANTISED, quantise, write_onnx_folder
from durable import replace_durably
from journal import Journal
from recipe import Recipe

READS = ('id', 'languages', 'card')

QUANTISED_GGUF = ('q8_0', 'q4_k_m')


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    """Reports the parameters, the shape and every file written."""
    quantiser, artefacts = program('llama-quantize'), recipe.data.artefacts
    model = read_model(recipe.data.work / 'model')
    about = About(recipe.id, recipe.card.title, recipe.card.maker, recipe.card.licence, recipe.languages)
    full = f'{recipe.id}-f16.gguf'
    journal.progress(0.1, full)
    replace_durably(artefacts / full, lambda part: write_gguf(model, about, part))
    made = [tell_artefact(journal, artefacts, full, 'gguf-f16')]
    for at, kind in enumerate(QUANTISED_GGUF):
        name = f'{recipe.id}-{kind}.gguf'
        journal.progress(0.3 + 0.2 * at, name)
        replace_durably(artefacts / name,
                        lambda part, kind=kind: run_to_end([quantiser, artefacts / full, part, kind], journal))
        made.append(tell_artefact(journal, artefacts, name, f'gguf-{kind}'))
    journal.progress(0.7, MODEL)
    write_onnx_folder(model, artefacts / 'onnx')
    made.append(tell_artefact(journal, artefacts, f'onnx/{MODEL}', 'onnx'))
    journal.progress(0.85, QUANTISED)
    quantise(artefacts / 'onnx')
    made.append(tell_artefact(journal, artefacts, f'onnx/{QUANTISED}', 'onnx-q8'))
    journal.progress(1)
    return {'parameters': model.parameters, 'shape': asdict(model.shape), 'artefacts': made}
