import type { FastifyError } from 'fastify';
import { CodedError, type CodedErrorFacts } from '../coded-error.ts';

/** Anything that can be thrown while a request is answered, as an error that may be shown. */
export function codedOf(error: unknown): CodedErrorFacts {
  if (error instanceof CodedError) return error;
  if (!(error instanceof Error)) return INTERNAL;
  if (isDiskFull(error)) return DISK_FULL;
  const { validation, validationContext, code = '', statusCode = 500 } = error as FastifyError;
  if (validation) return invalidInput(validation, validationContext ?? 'input');
  const known = FRAMEWORK[code];
  if (known) return known;
  if (statusCode < 400 || statusCode >= 500) return INTERNAL;
  return {
    status: statusCode,
    code: 'request-refused',
    detail: `The request cannot be answered: ${error.message}`,
    todo: 'Correct it as GET /api/openapi.json describes.',
  };
}

const INTERNAL: CodedErrorFacts = {
  status: 500,
  code: 'internal',
  detail: 'Something went wrong inside the runner. What was stored before is kept.',
  todo: 'Try again. If it happens again, runner.log in the data folder says what it was.',
};

const DISK_FULL: CodedErrorFacts = {
  status: 507,
  code: 'disk-full',
  detail: 'The disk that holds the data folder is full. Nothing was changed.',
  todo: 'Free some space, then try again.',
};

const FRAMEWORK: Readonly<Record<string, CodedErrorFacts>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'body-missing',
    detail: 'The request says that it carries JSON, but has no body.',
    todo: 'Send a JSON object, or leave the content-type header out.',
    field: 'body',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    detail: 'The body of the request is larger than this call takes.',
    todo: 'Send less.',
    field: 'body',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'media-type-unsupported',
    detail: 'This call does not take a body of that content-type.',
    todo: 'Send the content-type that GET /api/openapi.json names for this call.',
    field: 'content-type',
  },
};

/** SQLite's SQLITE_FULL (https://sqlite.org/rescode.html#full) or the operating system's ENOSPC and EDQUOT. */
function isDiskFull(error: Error): boolean {
  if ('errcode' in error && error.errcode === 13) return true;
  return 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

type Violations = NonNullable<FastifyError['validation']>;

/** JSON Schema violations as TypeBox reports them: names the member at fault, not only the object that holds it. */
function invalidInput(violations: Violations, where: string): CodedErrorFacts {
  // For a member that is not known, TypeBox first reports that the schema `false` does not match it.
  const first = violations.find(({ keyword }) => keyword !== 'boolean') ?? violations[0];
  const params: Params = first?.params ?? {};
  const member = params.requiredProperties?.[0] ?? params.additionalProperties?.[0];
  const path = [...(first?.instancePath ?? '').split('/').filter(Boolean), ...(member ? [member] : [])];
  return {
    status: 400,
    code: 'input-invalid',
    detail: `${[where, ...path].join('.')} ${messageOf(params, first?.message)}.`,
    todo: 'Correct it as GET /api/openapi.json describes; nothing was changed.',
    field: path.length > 0 ? path.join('.') : where,
  };
}

interface Params {
  readonly requiredProperties?: readonly string[];
  readonly additionalProperties?: readonly string[];
  readonly allowedValues?: readonly unknown[];
}

function messageOf(params: Params, message = 'is not valid'): string {
  if (params.additionalProperties) return 'is not known here';
  if (params.requiredProperties) return 'is missing';
  return params.allowedValues ? `${message}: ${params.allowedValues.join(', ')}` : message;
}
