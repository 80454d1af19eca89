import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Check } from './check.ts';

/** The browser that the project's own tests drive; using Terroir does not need it. */
export async function checkChromium(path: string): Promise<Check> {
  return access(path, constants.X_OK).then(
    () => ({ id: 'chromium', level: 'ok', found: `${path}, for the tests` }),
    () => ({
      id: 'chromium',
      level: 'warn',
      found: `none at ${path}; only the browser tests need it`,
      todo: "Install your system's chromium package, or set CHROMIUM_PATH to where it is.",
    }),
  );
}
