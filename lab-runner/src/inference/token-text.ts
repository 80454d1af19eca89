/** Turns tokens into text, for as much context as it is given. A token that ends inside a character reads as U+FFFD. */
export type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string;

const REPLACEMENT = '\uFFFD';
/** Enough for tokenizers that look back to decide on a space. */
const LOOK_BACK = 4;

/**
 * Text of a stream of tokens, where a character's bytes may be spread over several tokens: a piece is given out only when
 * no later token can change it. UTF-8 decoding leaves one U+FFFD for an unfinished character at the end (WHATWG Encoding,
 * "utf-8 decoder"), so at most the last character is held back.
 */
export class TokenText<Token> {
  readonly #detokenize: Detokenize<Token>;
  #before: readonly Token[] = [];
  #pending: Token[] = [];
  #given = 0;

  constructor(detokenize: Detokenize<Token>, before: readonly Token[] = []) {
    this.#detokenize = detokenize;
    this.#before = before.slice(-LOOK_BACK);
  }

  /** The text that this token completes; empty while a character is unfinished. */
  add(token: Token): string {
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#before);
    const unfinished = text.endsWith(REPLACEMENT);
    const piece = text.slice(this.#given, unfinished ? -REPLACEMENT.length : undefined);
    if (unfinished) this.#given += piece.length;
    else {
      this.#before = [...this.#before, ...this.#pending].slice(-LOOK_BACK);
      this.#pending = [];
      this.#given = 0;
    }
    return piece;
  }

  /** What is left when no token follows: U+FFFD when the last character stayed unfinished. */
  end(): string {
    const rest = this.#pending.length === 0 ? '' : this.#detokenize(this.#pending, this.#before).slice(this.#given);
    this.#pending = [];
    this.#given = 0;
    return rest;
  }
}
