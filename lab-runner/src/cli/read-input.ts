import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Command, type Input, UsageError } from './command.ts';
import { COMMANDS, LATER } from './commands.ts';
import { usageOf } from './help.ts';

export type Asked =
  | { readonly what: 'overview'; readonly word?: string }
  | { readonly what: 'help'; readonly command: Command }
  | { readonly what: 'run'; readonly command: Command; readonly input: Input };

const PARSE_ERRORS = /^ERR_PARSE_ARGS_/;
const SEE_ALL = 'Type npm run terroir -- --help to see all there is.';
const typeThis = (command: Command) => `Type it so: ${usageOf(command)}`;

/** What was typed, without the name of the program. Throws {@link UsageError}. */
export function readInput(args: readonly string[]): Asked {
  const wantsHelp = args.includes('--help') || args.includes('-h');
  const words = args.filter((arg) => !arg.startsWith('-'));
  const command = COMMANDS.find((candidate) => candidate.words.every((word, at) => words[at] === word));
  if (command === undefined) return { what: 'overview', ...groupOf(words, wantsHelp) };
  if (wantsHelp) return { what: 'help', command };
  return { what: 'run', command, input: inputOf(command, withoutWords(args, command.words.length)) };
}

function groupOf(words: readonly string[], wantsHelp: boolean): { word?: string } {
  const [first, second] = words;
  if (first === undefined || first === 'help') {
    if (wantsHelp || first === 'help') return {};
    throw new UsageError('Say what to do.', SEE_ALL);
  }
  const typed = [first, second].filter(Boolean).join(' ');
  if (LATER.some((later) => later === typed || later.startsWith(`${first} `))) {
    throw new UsageError(`"${typed}" is planned, and not part of this version.`, SEE_ALL);
  }
  if (!COMMANDS.some((command) => command.words[0] === first))
    throw new UsageError(`There is no command "${typed}".`, SEE_ALL);
  if (wantsHelp) return { word: first };
  throw new UsageError(
    second === undefined ? `Say what to do with "${first}".` : `There is no command "${typed}".`,
    SEE_ALL,
  );
}

function withoutWords(args: readonly string[], count: number): string[] {
  let left = count;
  return args.filter((arg) => {
    if (left === 0 || arg.startsWith('-')) return true;
    left -= 1;
    return false;
  });
}

function inputOf(command: Command, args: string[]): Input {
  const { values, positionals } = parse(command, args);
  const todo = typeThis(command);
  if (positionals.length < command.least) throw new UsageError(`${command.takes} is missing.`, todo);
  const surplus = positionals[command.most];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many.`, todo);
  return {
    arguments: positionals,
    text: (option) => {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
    isOn: (option) => values[option] === true,
  };
}

function parse(command: Command, args: string[]) {
  const own = Object.entries(command.options).map(
    ([name, { value }]) => [name, { type: value === undefined ? ('boolean' as const) : ('string' as const) }] as const,
  );
  try {
    const options: ParseArgsConfig['options'] = { ...Object.fromEntries(own), json: { type: 'boolean' } };
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && PARSE_ERRORS.test(String(error.code))) {
      throw new UsageError(error.message.split('. To specify')[0] ?? error.message, typeThis(command));
    }
    throw error;
  }
}
