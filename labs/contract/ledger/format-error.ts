/** Why a text or a file of the ledger's formats was not accepted. Codes are stable. */
export type FormatCode =
  | 'key-malformed'
  | 'key-unsupported'
  | 'note-malformed'
  | 'note-key-unknown'
  | 'note-signature-invalid'
  | 'checkpoint-malformed'
  | 'tile-malformed'
  | 'proof-malformed';

export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatCode;

  constructor(code: FormatCode, message: string) {
    super(message);
    this.code = code;
  }
}
