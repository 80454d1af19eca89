import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A Python that has what the foundry needs: the one named, the system's, or the one that setup.mjs made; undefined without any. */
export function foundryPython(): string | undefined {
  const made = join(import.meta.dirname, '../.cache/foundry/python3');
  const candidates = process.env.TERROIR_PYTHON ? [process.env.TERROIR_PYTHON] : ['python3', made];
  return candidates.find(
    (program) =>
      spawnSync(program, ['-c', 'import torch, transformers, gguf, onnx, onnxruntime, pytest'], { stdio: 'ignore' })
        .status === 0,
  );
}
