import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundrySpec, GatewaySpec, InferenceSpec, UnitSpec } from '../engine.ts';
import { EngineError } from '../engine-error.ts';
import { findLlamaServer, type LlamaServer, llamaServerArgs } from './llama-server.ts';
import { findOnPath } from './on-path.ts';
import type { Command } from './unit-process.ts';

/** What the engine decided for one start of a unit. */
interface Place {
  readonly port: number;
  /** Holds the key that the unit demands of its callers, one per line. */
  readonly keyFile: string;
}

/** The programs that units are. */
export interface Programs {
  /** What will run models here, e.g. "llama-server 0.7.0"; undefined when nothing can. */
  inference(signal?: AbortSignal): Promise<string | undefined>;
  /** @throws {EngineError} `program-not-found`, `model-file-not-readable`, `gpu-not-usable` */
  command(spec: UnitSpec, place: Place): Promise<Command>;
}

const SOURCE = join(import.meta.dirname, '..', '..');
const GATEWAY = join(SOURCE, 'gateway', 'main.ts');
const INFERENCE = join(SOURCE, 'inference', 'main.ts');
const PIPELINE = join(SOURCE, '..', '..', 'labs', 'foundry', 'pipeline.py');
const NODE_LLAMA_CPP = join(SOURCE, 'inference', 'node_modules', 'node-llama-cpp', 'package.json');

/** Learners wait for answers of their gateways; a training can wait for the processor. */
const FOUNDRY_NICENESS = 10;

/**
 * @param environment all that any unit may get of our own environment; see {@link pickEnvironment}
 * @param python the program that runs Python
 */
export function installedPrograms(
  path: string,
  environment: Readonly<Record<string, string>>,
  python: () => Promise<string | undefined> = () => findOnPath('python3', path),
): Programs {
  const forNative = { ...environment, PATH: path };
  let asked: Promise<LlamaServer | undefined> | undefined;
  const llamaServer = (signal?: AbortSignal) => {
    asked ??= findLlamaServer(path, forNative, signal).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };

  async function inferenceCommand(spec: InferenceSpec, place: Place): Promise<Command> {
    await access(spec.file, constants.R_OK).catch((error: unknown) => {
      throw fileNotReadable(spec, error);
    });
    const server = await llamaServer();
    if (server) {
      return {
        program: `llama-server ${server.version}`,
        file: server.file,
        args: await llamaServerArgs(spec, place, server),
        env: spec.device === 'cpu' ? forNative : { ...forNative, CUDA_VISIBLE_DEVICES: spec.device },
      };
    }
    const version = await nodeLlamaCppVersion();
    if (!version) throw noInference();
    if (spec.device !== 'cpu') {
      throw new EngineError('gpu-not-usable', {
        status: 422,
        detail: `Device ${spec.device} cannot be used: node-llama-cpp, which runs models here, was brought for the CPU alone.`,
        todo: 'Deploy to the device "cpu", or put a llama-server built for this GPU on the PATH and start again.',
        field: 'device',
      });
    }
    const context = spec.contextTokens === undefined ? [] : ['--context', String(spec.contextTokens)];
    return {
      program: `node-llama-cpp ${version}`,
      file: process.execPath,
      args: [
        ...[INFERENCE, '--model', spec.model, '--file', spec.file, '--port', String(place.port)],
        ...['--key-file', place.keyFile, '--unit', spec.id, ...context],
      ],
      env: { ...forNative, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' },
    };
  }

  const gatewayCommand = (spec: GatewaySpec, place: Place): Command => ({
    program: 'gateway',
    file: process.execPath,
    args: [GATEWAY, '--folder', spec.folder, '--port', String(place.port), '--unit', spec.id],
    env: environment,
  });

  async function foundryCommand(spec: FoundrySpec): Promise<Command> {
    const file = await python();
    if (file === undefined) throw noPython();
    return {
      program: 'foundry',
      file,
      args: [PIPELINE, join(spec.folder, 'recipe.yaml')],
      // Nothing is asked of a network, and nothing is written beside the program.
      env: { ...forNative, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1', HF_HUB_OFFLINE: '1' },
      niceness: FOUNDRY_NICENESS,
    };
  }

  return {
    inference: async (signal) => {
      const server = await llamaServer(signal);
      if (server) return `llama-server ${server.version}`;
      const version = await nodeLlamaCppVersion();
      return version ? `node-llama-cpp ${version}` : undefined;
    },
    command: async (spec, place) => {
      if (spec.kind === 'foundry') return await foundryCommand(spec);
      return spec.kind === 'gateway' ? gatewayCommand(spec, place) : await inferenceCommand(spec, place);
    },
  };
}

/** What programs need of an environment to find their libraries, write temporary files and tell the time of day. */
export function pickEnvironment(from: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = [
    'HOME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'LD_LIBRARY_PATH',
    'DYLD_LIBRARY_PATH',
    'SystemRoot',
    'TEMP',
  ];
  return Object.fromEntries(names.flatMap((name) => (from[name] ? [[name, from[name]]] : [])));
}

async function nodeLlamaCppVersion(): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(NODE_LLAMA_CPP, 'utf8'));
    return manifest !== null && typeof manifest === 'object' && 'version' in manifest
      ? String(manifest.version)
      : undefined;
  } catch {
    return undefined;
  }
}

export const INFERENCE_MISSING =
  'Put a llama-server on the PATH, or run "node lab-runner/src/inference/install.mjs", and start again.';

const noInference = () =>
  new EngineError('program-not-found', {
    status: 503,
    detail:
      'Nothing on this machine can run a model: no llama-server is on the PATH and node-llama-cpp is not installed.',
    todo: INFERENCE_MISSING,
  });

const noPython = () =>
  new EngineError('program-not-found', {
    status: 503,
    detail: 'Nothing on this machine can run Python: no python3 is on the PATH.',
    todo: 'Install Python, or set TERROIR_PYTHON to the program that runs it, and start again.',
  });

const fileNotReadable = (spec: InferenceSpec, cause: unknown) =>
  new EngineError('model-file-not-readable', {
    status: 409,
    detail: `The file of model ${spec.model} is not there or may not be read: ${spec.file}.`,
    todo: 'Pull or import the model again, then deploy it.',
    field: 'model',
    cause,
  });
