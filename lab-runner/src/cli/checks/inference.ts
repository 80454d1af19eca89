import type { EngineReport } from '../../engines/engine.ts';
import { bytes } from '../../models/byte-size.ts';
import type { Check } from './check.ts';

/** What runs models here, and on which devices. */
export function checkInference(report: EngineReport): readonly Check[] {
  const gpus = report.gpus.map(({ name, memoryBytes }) => `${name}, ${bytes(memoryBytes)}`);
  const device: Check = { id: 'gpu', level: 'ok', found: gpus.join('; ') || 'none found; models run on the processor' };
  if (!report.ready) {
    const todo = report.reason ?? 'Put a llama-server on the PATH.';
    return [{ id: 'engine', level: 'fail', found: `the ${report.kind} engine cannot run models`, todo }, device];
  }
  return [{ id: 'engine', level: 'ok', found: `${report.kind}; models run on ${report.inference}` }, device];
}
