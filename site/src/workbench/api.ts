import type { LabProgress } from '@terroir/labs/contract/lab.ts';
import type { LedgerPage } from '@terroir/labs/contract/ledger-entry.ts';
import type { DeploymentView, MicrocloudCreated, MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import type { ModelView } from '@terroir/labs/contract/model.ts';
import type { Problem } from '@terroir/labs/contract/problem.ts';
import type { CreateTraining, FoundryReport, TrainingView } from '@terroir/labs/contract/training.ts';

/** An answer that was not the one asked for. `problem` is what the runner said, or what we can tell without it. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** `code` of the problem raised when no lab-runner answers at all: stopped, or the site is served from a plain folder. */
export const NO_RUNNER = 'no-runner';

function noRunner(): ProblemError {
  return new ProblemError({
    type: `urn:terroir:${NO_RUNNER}`,
    title: 'No lab-runner answers',
    status: 503,
    code: NO_RUNNER,
    detail: 'No lab-runner answers at this address.',
    todo: 'Start it with npm start.',
  });
}

async function problemOf(response: Response): Promise<ProblemError> {
  if (!response.headers.get('content-type')?.includes('json')) return noRunner();
  const body = (await response.json()) as Partial<Problem>;
  // A proxy or another program on the port may answer JSON of its own: that is no problem document of ours.
  return typeof body.code === 'string' && typeof body.detail === 'string'
    ? new ProblemError(body as Problem)
    : noRunner();
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw noRunner();
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await call(path, init);
  if (!response.headers.get('content-type')?.includes('json')) throw noRunner();
  return (await response.json()) as T;
}

const post = (body?: unknown): RequestInit =>
  body === undefined
    ? { method: 'POST' }
    : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };

const cloud = (id: string) => `/api/microclouds/${encodeURIComponent(id)}`;

export const listMicroclouds = () => json<MicrocloudView[]>('/api/microclouds');
export const createMicrocloud = (name?: string) =>
  json<MicrocloudCreated>('/api/microclouds', post(name ? { name } : {}));
export const destroyMicrocloud = async (id: string) => void (await call(cloud(id), { method: 'DELETE' }));
export const rotateKey = (id: string) => json<{ key: string }>(`${cloud(id)}/key`, post());

export const listModels = () => json<ModelView[]>('/api/models');
export const pullModel = (id: string, acceptLicence: boolean) =>
  json<ModelView>(`/api/models/${encodeURIComponent(id)}/pull`, post({ acceptLicence }));
export const cancelPull = async (id: string) =>
  void (await call(`/api/models/${encodeURIComponent(id)}/pull`, { method: 'DELETE' }));
export const importModel = (file: File, signal: AbortSignal) =>
  json<{ id: string; sha256: string }>(`/api/models/import?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
    signal,
  });

export const deploy = (id: string, model: string) => json<DeploymentView>(`${cloud(id)}/deployments`, post({ model }));
export const undeploy = async (id: string, deployment: string) =>
  void (await call(`${cloud(id)}/deployments/${encodeURIComponent(deployment)}`, { method: 'DELETE' }));
export const unitLogs = (id: string, unit: string) =>
  json<{ lines: string[] }>(`${cloud(id)}/units/${encodeURIComponent(unit)}/logs`);

export const readPolicy = async (id: string) => (await call(`${cloud(id)}/policy`)).text();
export const writePolicy = async (id: string, text: string) =>
  void (await call(`${cloud(id)}/policy`, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: text }));

export const labProgress = (id: string, lab: string) =>
  json<LabProgress>(`${cloud(id)}/labs/${encodeURIComponent(lab)}`);
export const resetLab = (id: string, lab: string) =>
  json<LabProgress>(`${cloud(id)}/labs/${encodeURIComponent(lab)}/reset`, post());
export const handInProof = async (id: string, proof: string) =>
  void (await call(`${cloud(id)}/proofs`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: proof }));

export const predict = (id: string, lab: string, step: string, choice: string) =>
  json<LabProgress>(`${cloud(id)}/labs/${encodeURIComponent(lab)}/predictions`, post({ step, choice }));

export const foundryReport = () => json<FoundryReport>('/api/foundry');
const training = (id: string, run?: string) =>
  `${cloud(id)}/trainings${run === undefined ? '' : `/${encodeURIComponent(run)}`}`;
export const listTrainings = (id: string) => json<TrainingView[]>(training(id));
export const createTraining = (id: string, settings: CreateTraining) =>
  json<TrainingView>(training(id), post(settings));
export const removeTraining = async (id: string, run: string) =>
  void (await call(training(id, run), { method: 'DELETE' }));
export const putSource = (id: string, run: string, file: File) =>
  call(`${training(id, run)}/sources/${encodeURIComponent(file.name)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
export const removeSource = async (id: string, run: string, name: string) =>
  void (await call(`${training(id, run)}/sources/${encodeURIComponent(name)}`, { method: 'DELETE' }));
export const startTraining = async (id: string, run: string) =>
  void (await call(`${training(id, run)}/start`, { method: 'POST' }));
export const stopTraining = async (id: string, run: string) =>
  void (await call(`${training(id, run)}/stop`, { method: 'POST' }));
export const publishTraining = (id: string, run: string) =>
  json<{ id: string; sha256: string }>(`${training(id, run)}/publish`, post());
export const artefactUrl = (id: string, run: string, name: string) =>
  `${training(id, run)}/artefacts/${name.split('/').map(encodeURIComponent).join('/')}`;
export const trainingCard = async (id: string, run: string) => (await call(`${training(id, run)}/card`)).text();

const ledger = (id: string) => `/m/${encodeURIComponent(id)}/ledger`;
export const ledgerKey = async (id: string) => (await call(`${ledger(id)}/key`)).text();
export const ledgerCheckpoint = async (id: string) => (await call(`${ledger(id)}/checkpoint`)).text();
export const ledgerProof = async (id: string, index: number) =>
  (await call(`${ledger(id)}/entries/${index}/proof`)).text();
/** The newest `limit` entries, or `limit` entries from index `from` on. */
export const ledgerPage = (id: string, limit: number, from?: number) =>
  json<LedgerPage>(`${ledger(id)}/entries?limit=${limit}${from === undefined ? '' : `&from=${from}`}`);
