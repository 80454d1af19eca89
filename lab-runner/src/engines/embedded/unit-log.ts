import { copyFile, open, stat, truncate } from 'node:fs/promises';

const LARGEST_BYTES = 2 ** 20;
const TAIL_BYTES = 256 * 2 ** 10;
const LAST_WORDS_LINES = 12;
const LAST_WORDS_LETTERS = 2_000;

/** What a unit printed: at most two files of a mebibyte, the older one with `.1` in its name. */
export class UnitLog {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /**
   * Sets the file aside when it has grown too large. The unit keeps writing to the same file, always at its end
   * (O_APPEND), so it is copied and emptied, not renamed; a line printed between the two is lost.
   */
  async bound(largest = LARGEST_BYTES): Promise<void> {
    const size = await stat(this.file).then(
      (found) => found.size,
      () => 0,
    );
    if (size <= largest) return;
    await copyFile(this.file, `${this.file}.1`);
    await truncate(this.file);
  }

  /** The last lines, oldest first; empty when nothing was printed. */
  async tail(lines: number): Promise<readonly string[]> {
    if (lines <= 0) return [];
    const newest = await readEnd(this.file);
    const both = newest.length >= lines ? newest : [...(await readEnd(`${this.file}.1`)), ...newest];
    return both.slice(-lines);
  }

  /** What it said before it ended, as a sentence of a message. */
  async lastWords(): Promise<string> {
    const lines = (await this.tail(LAST_WORDS_LINES)).filter((line) => line.trim() !== '');
    const words = lines.join('\n').slice(-LAST_WORDS_LETTERS);
    return words ? `Its last words:\n${words}` : 'It printed nothing.';
  }
}

/** Whole lines from the end of a file, as many as stand in its last part. */
async function readEnd(file: string): Promise<readonly string[]> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    if (start > 0) lines.shift();
    if (lines.at(-1) === '') lines.pop();
    return lines;
  } finally {
    await handle.close();
  }
}
