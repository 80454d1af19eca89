import { readFile } from 'node:fs/promises';
import { CodedError } from '../coded-error.ts';
import { type LedgerReport, verifyLedgerPath } from '../ledger/read-folder.ts';
import type { Command } from './command.ts';

export const ledgerVerify: Command = {
  words: ['ledger', 'verify'],
  takes: 'PATH',
  least: 1,
  most: 1,
  does: 'Verify the ledger in a folder, or a .tlog-proof file, from the files alone.',
  details:
    'No Terroir has to run. Without --key, a folder is checked against the key that lies in it: that shows that the record is ' +
    'whole, not whose it is. Exit 1 when it does not hold.',
  options: {
    key: { value: 'VKEY', says: 'the verifier key to trust: name+id+base64, as in key.pub' },
    against: { value: 'FILE', says: 'an older checkpoint that this ledger has to extend' },
  },
  run: async ({ arguments: [path = ''], text }, { resolve, terminal, signal }) => {
    const key = text('key');
    const older = text('against');
    const against = older === undefined ? {} : { against: await checkpoint(resolve(older)) };
    try {
      const onProgress = (entries: number, size: number) => terminal.progress(`${entries} of ${size} entries`);
      const options = { ...(key === undefined ? {} : { vkey: key }), ...against, onProgress };
      const report = await verifyLedgerPath(resolve(path), options, signal);
      return { json: report, lines: linesOf(report), exitCode: report.verified ? 0 : 1 };
    } finally {
      terminal.progress(undefined);
    }
  },
};

function linesOf(report: LedgerReport): string[] {
  const lines = [`${report.verified ? 'Verified' : 'NOT VERIFIED'}: ${report.detail}`];
  const say = (name: string, value: string | number | undefined) => {
    if (value !== undefined) lines.push(`${name.padEnd(9)} ${value}`);
  };
  say('Code', report.code);
  say('Origin', report.origin);
  say('Entries', report.size);
  say('Root', report.root);
  say('Extends', report.extends);
  say('Entry', report.proof?.index);
  say('Content', report.proof?.entry);
  say('File', report.wrong?.path);
  say('At entry', report.wrong?.index);
  if (report.key !== undefined) {
    say('Key', report.key.verifier);
    if (report.key.from === 'folder') {
      lines.push(
        'The key lay beside the entries. To know whose ledger this is, give the key you got from its owner: --key VKEY',
      );
    }
  }
  return lines;
}

async function checkpoint(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CodedError({
      status: 422,
      code: 'file-not-readable',
      detail: `The older checkpoint ${path} cannot be read.`,
      todo: 'Give the path of a checkpoint file that you may read.',
      field: 'against',
      cause,
    });
  });
}
