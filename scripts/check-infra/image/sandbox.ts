import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What an image of Debian with Node brings, lent by this machine. */
const LENT = ['usr', 'bin', 'sbin', 'lib', 'lib64', 'etc', 'proc', 'dev'];
const NODE = '/opt/node';
const PASSWD = 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n';
const GROUP = 'root:x:0:\nnode:x:1000:\n';

interface SandboxOptions {
  /** The working directory inside. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The line that runs `command` with `root` as its file system, in mounts of its own that end with it: as root, with the
 * network and the npm settings of this machine.
 */
export async function buildCommand(
  root: string,
  command: readonly string[],
  options: SandboxOptions,
): Promise<string[]> {
  const home = `mkdir -p ${root}/root && mount --bind ${homedir()} ${root}/root`;
  // What npm has fetched before it need not ask for again.
  const env = { npm_config_prefer_offline: 'true', ...options.env };
  return sandboxed([...(await lending(root)), home], ['chroot', root], command, { ...options, env });
}

/** The same as the container's user, on a tree that nobody can write to but for `/data` and `/tmp`. */
export async function containerCommand(
  root: string,
  command: readonly string[],
  options: SandboxOptions,
): Promise<string[]> {
  const readOnly = [
    `mkdir -p ${root}/tmp`,
    `mount --bind -o ro,remount ${root}`,
    `mount -t tmpfs -o mode=1777 tmpfs ${root}/tmp`,
    `mount -t tmpfs -o uid=1000,gid=1000,mode=0700 tmpfs ${root}/data`,
  ];
  const asUser = ['chroot', '--userspec=1000:1000', root, 'setpriv', '--no-new-privs', '--inh-caps=-all'];
  return sandboxed([...(await lending(root)), ...readOnly], asUser, command, options);
}

async function lending(root: string): Promise<string[]> {
  const names = join(dirname(root), 'names');
  await mkdir(names, { recursive: true });
  await writeFile(join(names, 'passwd'), PASSWD);
  await writeFile(join(names, 'group'), GROUP);
  const lent = LENT.map((name) => `mkdir -p ${root}/${name} && mount --rbind /${name} ${root}/${name}`);
  const accounts = ['passwd', 'group'].map((file) => `mount --bind ${names}/${file} ${root}/etc/${file}`);
  const node = `mkdir -p ${root}${NODE} && mount --bind ${dirname(process.execPath)} ${root}${NODE}`;
  // A mount of its own, so that it can be made read-only.
  return [`mount --bind ${root} ${root}`, ...lent, ...accounts, node];
}

function sandboxed(
  mounts: readonly string[],
  enter: readonly string[],
  command: readonly string[],
  { cwd, env }: SandboxOptions,
): string[] {
  const variables = Object.entries({ PATH: `${NODE}:/usr/local/bin:/usr/bin:/bin`, HOME: '/root', ...env });
  const inside = ['env', '-i', '-C', cwd, ...variables.map(([name, value]) => `${name}=${value}`), ...command];
  return ['unshare', '--mount', 'sh', '-ec', `${mounts.join('\n')}\nexec "$@"`, 'sandbox', ...enter, ...inside];
}
