import json
import subprocess
import sys
from pathlib import Path

import environment

SCRIPT = Path(environment.__file__)


def told(**variables: str) -> dict:
    done = subprocess.run([sys.executable, str(SCRIPT)], env=variables, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_finds_what_the_pipeline_needs() -> None:
    found = told(PATH='/usr/bin:/bin')
    assert found['missing'] == []
    assert {'python', 'torch', 'transformers', 'gguf', 'onnxruntime', 'yaml', 'llama.cpp'} <= found['versions'].keys()
    assert found['threads'] >= 1
    assert found['precision'] in ('bf16', 'fp32')


def test_names_each_program_that_is_missing_with_its_package() -> None:
    missing = {one['name']: one['todo'] for one in told(PATH='/nowhere')['missing']}
    assert set(missing) == {'llama-quantize', 'llama-server'}
    assert 'llama.cpp-tools' in missing['llama-quantize']


def test_names_each_library_that_is_missing_with_its_package() -> None:
    # -S and -E: without the folder that libraries are installed in
    done = subprocess.run([sys.executable, '-S', '-E', str(SCRIPT)], capture_output=True, check=True)
    missing = {one['name']: one['todo'] for one in json.loads(done.stdout)['missing']}
    assert 'python3-torch' in missing['torch'] and 'python3-yaml' in missing['yaml']
