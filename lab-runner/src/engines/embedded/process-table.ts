import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const onLinux = process.platform === 'linux';

/**
 * What tells a process from every other that ever has its pid: when it started, as the system counts it.
 * Linux: boot id and field 22 of /proc/PID/stat (proc_pid_stat(5)); elsewhere: `ps -o lstart=`.
 * Undefined when no such process runs; one that has ended and was not yet collected (a zombie) does not run.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!onLinux) return await identityByPs(pid);
  const stat = await readStat(pid);
  if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${boot.trim()}/${stat.startTicks}`;
}

/** Memory that a process holds in RAM, in bytes. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    const kilobytes = onLinux
      ? /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
      : (await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout.trim();
    return kilobytes ? Number(kilobytes) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** A process that carries a unit's mark. `leader`: it heads its own process group, as the one we started does. */
export interface MarkedProcess {
  readonly pid: number;
  readonly unit: string;
  readonly leader: boolean;
}

/** In a unit's environment: the folder of the engine that started it, and the unit's id. */
export const FOLDER_MARK = 'TERROIR_UNITS';
export const UNIT_MARK = 'TERROIR_UNIT';

/**
 * Every process that this engine's folder ever started and that still runs, whether a record of it was written or not.
 * Linux reads environments; elsewhere command lines are searched for what only the units in `ids` have.
 */
export async function markedProcesses(folder: string, ids: readonly string[]): Promise<readonly MarkedProcess[]> {
  if (!onLinux) return await markedByPs(folder, ids);
  const found: MarkedProcess[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // Processes of other people cannot be read, and are none of ours.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const variables = environment.split('\0');
    if (!variables.includes(`${FOLDER_MARK}=${folder}`)) continue;
    const unit = variables.find((variable) => variable.startsWith(`${UNIT_MARK}=`))?.slice(UNIT_MARK.length + 1);
    const stat = await readStat(pid);
    if (unit && stat && stat.state !== 'Z') found.push({ pid, unit, leader: stat.group === pid });
  }
  return found;
}

async function readStat(pid: number): Promise<{ state: string; group: number; startTicks: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields ?? [];
  const startTicks = fields?.[19];
  return state && group && startTicks ? { state, group: Number(group), startTicks } : undefined;
}

async function identityByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } });
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') || started.length === 0 ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}

async function markedByPs(folder: string, ids: readonly string[]): Promise<readonly MarkedProcess[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,pgid=,command='], { maxBuffer: 16 * 2 ** 20 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, group, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const unit = ids.find((id) => command.includes(`--unit ${id}`) || command.includes(`${folder}/${id}/`));
    return unit && Number(pid) !== process.pid ? [{ pid: Number(pid), unit, leader: pid === group }] : [];
  });
}
