import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';

const CALL = 'npm run terroir --';

export const usageOf = ({ words, takes, options }: Command): string =>
  [CALL, ...words, takes, ...(Object.keys(options).length > 0 ? ['[options]'] : [])].filter(Boolean).join(' ');

/** Help for one command, in plain words. */
export function helpOf(command: Command): string[] {
  const options = Object.entries(command.options).map(([name, { value, says }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    says,
  ]);
  const all = [
    ...options,
    ['--json', 'print the result as JSON, and an error as {"error": …}'],
    ['--help', 'show this'],
  ];
  return [
    command.does,
    '',
    `  ${usageOf(command)}`,
    '',
    ...(command.details === '' ? [] : [...wrap(command.details), '']),
    ...all.map(([option = '', says = '']) => `  ${option.padEnd(20)} ${says}`),
  ];
}

const wrap = (text: string): string[] => text.match(/.{1,96}(?:\s|$)/g)?.map((line) => line.trimEnd()) ?? [];

/** What there is: all of it, or what begins with a word. */
export function overview(word?: string): string[] {
  const shown = COMMANDS.filter(({ words }) => word === undefined || words[0] === word);
  return [
    'Terroir on the command line.',
    '',
    ...shown.map(({ words, takes, does }) => `  ${[...words, takes].join(' ').trim().padEnd(24)} ${does}`),
    '',
    `Type: ${CALL} COMMAND --help for what else one can take. All take --json.`,
    'Settings come from the environment: TERROIR_DATA, TERROIR_HUB, TERROIR_HOST, TERROIR_PORT, TERROIR_PYTHON.',
    'Exit codes: 0 well, 1 not well, 2 typed or set wrongly, 130 stopped by Ctrl-C.',
  ];
}
