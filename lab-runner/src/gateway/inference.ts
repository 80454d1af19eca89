import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { DecisionEntry } from '@terroir/labs/contract/ledger-entry.ts';
import type { Clock, Ids } from '../ports.ts';
import { AnswerCopy } from './answer-copy.ts';
import type { EntryRecord } from './entry-record.ts';
import { type ForwardEnd, forward } from './forward.ts';
import { ledgerUnavailable, openAiErrorOf, tooLarge, unknownModel, upstreamUnavailable } from './inference-errors.ts';
import { type InferencePath, type InferenceRequest, readInferenceRequest } from './inference-request.ts';
import { readAcceptLanguage } from './language.ts';
import { OpenAiError, sendOpenAiError } from './openai-error.ts';
import { detectPersonalData } from './personal-data/detect.ts';
import type { PolicyInForce } from './policy/policy-in-force.ts';
import { refusalReason } from './policy/reason.ts';
import { FAIL_CLOSED } from './policy/validate-policy.ts';
import { BodyError, readBody } from './request-body.ts';
import { entryOf, type Ruling } from './ruling.ts';
import { saltedSha256 } from './salted-digest.ts';
import type { Salts } from './salts.ts';
import type { SameTurn } from './same-turn.ts';
import type { Upstream, UpstreamTable } from './upstream-table.ts';

export interface InferenceParts {
  /** Id of the micro-cloud. */
  readonly id: string;
  readonly record: EntryRecord;
  readonly policy: PolicyInForce;
  readonly upstreams: UpstreamTable;
  readonly salts: Salts;
  readonly decisions: SameTurn;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly mostBodyBytes: number;
  readonly report: (what: string, error: unknown) => void;
}

/** Answers one request for inference: decide, then refuse or send on, and record either. Never rejects. */
export async function answerInference(
  parts: InferenceParts,
  path: InferencePath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let id: string | undefined;
  try {
    await refuseWhileUnrecorded(parts);
    const bytes = await readBody(request, parts.mostBodyBytes);
    const understood = readInferenceRequest(path, bytes);
    const upstream = parts.upstreams.get(understood.model);
    if (!upstream) throw unknownModel(understood.model);
    const ruling = await parts.decisions.run(() => rule(parts, understood, bytes, request));
    id = ruling.id;
    if (ruling.decision.outcome === 'deny') throw await refusal(parts, ruling, request);
    await passOn(parts, ruling, understood, upstream, path, request, response);
  } catch (error) {
    answerError(parts, error, id, request, response);
  }
}

function rule(parts: InferenceParts, understood: InferenceRequest, bytes: Buffer, request: IncomingMessage): Ruling {
  const { model, maxTokens, promptTokens, stream, texts } = understood;
  const set = parts.policy.current;
  const id = parts.ids.next();
  const salt = parts.salts.next(id);
  const [language] = readAcceptLanguage(request.headers['accept-language']);
  const personalData = detectPersonalData(texts);
  const asked = { learner: parts.id, model, language, maxTokens, personalData, promptTokens, stream };
  const decision = set.decide(asked);
  if (decision.failure !== undefined) parts.report('a request was refused unjudged', decision.failure);
  return { id, salt, asked, set, decision, requestDigest: saltedSha256(salt, bytes) };
}

/** Resolves once the refusal is on record. */
async function refusal(parts: InferenceParts, ruling: Ruling, request: IncomingMessage): Promise<OpenAiError> {
  const { asked, set, decision } = ruling;
  const index = await append(parts, entryOf(ruling, parts.clock.now()));
  const reason = refusalReason(set, decision, asked, readAcceptLanguage(request.headers['accept-language']));
  return new OpenAiError(403, 'policy_refused', reason.text, {
    policy: decision.policies[0] ?? FAIL_CLOSED,
    headers: {
      'x-terroir-ledger-index': String(index),
      vary: 'accept-language',
      ...(reason.language === undefined ? {} : { 'content-language': reason.language }),
    },
  });
}

async function passOn(
  parts: InferenceParts,
  ruling: Ruling,
  understood: InferenceRequest,
  upstream: Upstream,
  path: InferencePath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let copy = new AnswerCopy(ruling.salt, '');
  let status = 0;
  const record = async (ended: ForwardEnd['ended'], answered: number) => {
    const { promptTokens, completionTokens } = copy.usage;
    const counted = completionTokens === undefined ? {} : { completionTokens };
    const answer = { status: answered, saltedSha256: copy.saltedSha256, ended, ...counted };
    await append(parts, { ...entryOf(ruling, parts.clock.now(), promptTokens), answer });
  };
  const end = await forward(
    request,
    response,
    { url: upstream.routes[path], headers: headersFor(upstream, ruling.id, understood.stream), body: understood.body },
    {
      head: (given, headers) => {
        // The key between gateway and model is no business of the client's, and neither is its refusal.
        if (given === 401 || given === 403) throw new Error(`it answered ${given}`);
        status = given;
        copy = new AnswerCopy(ruling.salt, String(headers['content-type'] ?? ''));
        return { ...ownHeaders(headers), 'x-request-id': ruling.id };
      },
      chunk: (chunk) => copy.take(chunk),
      beforeEnd: () => record('complete', status),
    },
  );
  if (end.ended === 'complete') return;
  if (end.ended === 'failed' && end.error instanceof OpenAiError) {
    if (!end.answered) throw end.error;
    return;
  }
  if (end.ended === 'failed') parts.report(`the upstream of ${upstream.model} failed`, end.error);
  const unanswered = end.ended === 'failed' && !end.answered;
  const recorded = record(end.ended, unanswered ? 502 : end.status || CLIENT_LEFT);
  // Without a reader, that the record failed can only be reported, which it was.
  if (!unanswered) return recorded.catch(() => {});
  await recorded;
  throw upstreamUnavailable(upstream.model);
}

/** What servers note for a client that left before the answer (nginx's 499). */
const CLIENT_LEFT = 499;

function headersFor(upstream: Upstream, id: string, stream: boolean): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
    authorization: `Bearer ${upstream.key}`,
    'x-request-id': id,
  };
}

/** An upstream speaks for its answer, and not for who may read it, nor under what name. */
function ownHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const own: OutgoingHttpHeaders = {};
  for (const name in headers)
    if (!/^(?:access-control-|server$|set-cookie$|x-request-id$)/.test(name)) own[name] = headers[name];
  return own;
}

async function append(parts: InferenceParts, entry: DecisionEntry): Promise<number> {
  try {
    return await parts.record.append(entry);
  } catch {
    throw ledgerUnavailable();
  }
}

/** What cannot be recorded is not answered. */
async function refuseWhileUnrecorded({ record, policy }: InferenceParts): Promise<void> {
  if (record.unavailable && !(await record.recover(policy.current.sha256))) throw ledgerUnavailable();
}

function answerError(
  parts: InferenceParts,
  error: unknown,
  id: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (error instanceof BodyError && error.code === 'cut') return;
  const shown = error instanceof BodyError ? tooLarge(parts.mostBodyBytes) : openAiErrorOf(error);
  if (!(error instanceof BodyError || error instanceof OpenAiError))
    parts.report('a request could not be answered', error);
  if (response.headersSent) response.destroy();
  else {
    sendOpenAiError(request, response, shown, id === undefined ? {} : { 'x-request-id': id });
  }
}
