import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

const LISTENING = '0A';

/** Which program listens on a TCP port of this machine, e.g. "nginx (process 812)"; undefined where we can't see (Linux only). */
export async function portOwner(port: number): Promise<string | undefined> {
  const inode = await socketInode(port);
  if (inode === undefined) return undefined;
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of processes) {
    const descriptors = await readdir(join('/proc', pid, 'fd')).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(join('/proc', pid, 'fd', descriptor)).catch(() => '');
      if (target !== `socket:[${inode}]`) continue;
      const name = await readFile(join('/proc', pid, 'comm'), 'utf8').catch(() => 'a program');
      return `${name.trim()} (process ${pid})`;
    }
  }
  return undefined;
}

/** proc_net_tcp(5): columns sl, local_address, rem_address, st, …, inode is the tenth. Ports in hexadecimal. */
async function socketInode(port: number): Promise<string | undefined> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1);
    for (const line of lines) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(suffix) && columns[3] === LISTENING) return columns[9];
    }
  }
  return undefined;
}
