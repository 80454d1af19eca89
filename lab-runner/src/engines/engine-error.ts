import { CodedError, type CodedErrorFacts } from '../coded-error.ts';

export type EngineErrorCode =
  | 'engine-in-use'
  | 'engine-closed'
  | 'unit-id-invalid'
  | 'unit-exists'
  | 'unit-failed'
  | 'unit-stopped'
  | 'unit-will-not-end'
  | 'program-not-found'
  | 'model-file-not-readable'
  | 'gpu-not-usable';

/** What an engine could not do, and why. Every adapter throws this and nothing else for what is not a fault of ours. */
export class EngineError extends CodedError {
  constructor(code: EngineErrorCode, facts: Omit<CodedErrorFacts, 'code'>) {
    super({ ...facts, code });
    this.name = 'EngineError';
  }
}
