"""Says what this machine has to train with: one JSON object on standard output, for the lab-runner and for people.

    python3 environment.py

Standard library only, and readable by Python 3.8, so that any Python can say what is missing beside it.
"""

import ctypes
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

NEWEST_TOO_OLD = (3, 10)

# What the pipeline imports: the name shown, the distribution, the Debian package.
LIBRARIES = (
    ('torch', 'torch', 'python3-torch'),
    ('transformers', 'transformers', 'python3-transformers'),
    ('tokenizers', 'tokenizers', 'python3-tokenizers'),
    ('gguf', 'gguf', 'python3-gguf'),
    ('onnx', 'onnx', 'python3-onnx'),
    ('onnxruntime', 'onnxruntime', 'python3-onnxruntime'),
    ('safetensors', 'safetensors', 'python3-safetensors'),
    ('yaml', 'PyYAML', 'python3-yaml'),
    ('ftfy', 'ftfy', 'python3-ftfy'),
    ('jinja2', 'Jinja2', 'python3-jinja2'),
    ('charset-normalizer', 'charset-normalizer', 'python3-charset-normalizer'),
)

# What the pipeline runs.
PROGRAMS = (
    ('llama-quantize', 'llama.cpp-tools'),
    ('llama-server', 'llama.cpp-tools'),
)


def lack(name, detail, package, otherwise):
    todo = f'Install the Debian package {package} (apt install {package}), {otherwise}.'
    return {'name': name, 'detail': detail, 'todo': todo}


def libraries(versions):
    for name, distribution, package in LIBRARIES:
        try:
            versions[name] = version(distribution)
        except PackageNotFoundError:
            yield lack(name, f'The Python library {name} is not installed.', package, f'or elsewhere pip install {name}')


def programs(versions):
    for name, package in PROGRAMS:
        if shutil.which(name) is None:
            yield lack(name, f'{name} of llama.cpp is not on the PATH.', package, 'or put a llama.cpp of your own on the PATH')
    said = said_by('llama-server', '--version')
    if said:
        versions['llama.cpp'] = said


def said_by(program, option):
    """The version that a program tells of itself, or None."""
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run([path, option], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(rb'version:? +(\S+)', done.stdout)
    return found.group(1).decode('ascii', 'replace') if found else 'found'


def textcat():
    """What tells languages by their letters; without it only the names of files do."""
    if not os.path.isdir('/usr/share/libexttextcat'):
        return None
    for name in ('libexttextcat-2.0.so.1', 'libexttextcat-2.0.so.0', 'libexttextcat-2.0.so'):
        try:
            ctypes.CDLL(name)
            return '2.0'
        except OSError:
            continue
    return None


def blas():
    """The library that multiplies matrices under Debian's torch, such as openblas-openmp."""
    for folder in ('x86_64-linux-gnu', 'aarch64-linux-gnu'):
        path = f'/usr/lib/{folder}/libblas.so.3'
        if os.path.exists(path):
            return os.path.basename(os.path.dirname(os.path.realpath(path)))
    return None


def precision():
    """bf16 where the processor multiplies it by itself, as the train stage decides."""
    try:
        with open('/proc/cpuinfo', encoding='ascii', errors='replace') as file:
            flags = set(file.read().split())
    except OSError:
        return 'fp32'
    return 'bf16' if flags & {'avx512_bf16', 'amx_bf16', 'bf16'} else 'fp32'


def threads():
    return len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1


def main():
    versions = {'python': platform.python_version()}
    missing = []
    if sys.version_info[:2] <= NEWEST_TOO_OLD:
        missing.append(lack('python', f'Python {versions["python"]} is too old: the foundry needs 3.11 or newer.', 'python3',
                            'or set TERROIR_PYTHON to a newer one'))
    missing += libraries(versions)
    missing += programs(versions)
    for name, found in (('pdftotext', said_by('pdftotext', '-v')), ('libexttextcat', textcat()), ('blas', blas())):
        if found:
            versions[name] = found
    print(json.dumps({'versions': versions, 'missing': missing, 'threads': threads(), 'precision': precision()}))


if __name__ == '__main__':
    main()
