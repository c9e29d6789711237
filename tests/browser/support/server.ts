/** A real server of its own for a test: temporary data folder, free port, known first password. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The password of `admin` in every test. */
export const ADMIN_PASSWORD = 'mat-khau-quan-tri';

/** Debian's libfaketime: lets a morning pass in seconds. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

const START_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The debug server; `QUEUE_SERVER_BIN` names another one. */
function binary(): string {
  const target = process.env['CARGO_TARGET_DIR'] ?? here('../../../target');
  const path = process.env['QUEUE_SERVER_BIN'] ?? join(target, 'debug', 'queue-server');
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`cargo build -p queue-server\` first`);
  return path;
}

export class Server {
  /** `http://127.0.0.1:PORT`; the same again after a restart. */
  url = '';
  private child: ChildProcess | null = null;
  private log: string[] = [];
  private faked = false;
  private watched = false;

  private constructor(
    private readonly data: string,
    private offices: string[],
  ) {}

  /** With `at`, in milliseconds since 1970, the server's clock starts there and moves only by `moveClock`. */
  static async start(offices: string[], at?: number, watched = false): Promise<Server> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'queue-browser-')));
    const server = new Server(folder, offices.map((name) => here(`../offices/${name}`)));
    if (watched) server.watch();
    if (at !== undefined) {
      if (!existsSync(FAKETIME)) throw new Error(`${FAKETIME} is missing: install the package libfaketime`);
      server.faked = true;
      await server.moveClock(at);
    }
    if (at === undefined) await server.awayFromMidnight();
    await server.run('127.0.0.1:0');
    return server;
  }

  /** Gives the offices a zone in which it is about six in the morning: on the computer's clock a run at another hour would meet a new day. */
  private async awayFromMidnight(): Promise<void> {
    const east = 6 - new Date().getUTCHours();
    // Zones reach from -12 to +14, and POSIX counts to the west.
    const west = -(east < -12 ? east + 24 : east);
    const zone = `time_zone = "Etc/GMT${west < 0 ? '' : '+'}${west}"`;
    this.offices = await Promise.all(this.offices.map(async (from) => {
      const text = await readFile(from, 'utf8');
      const to = join(this.data, basename(from));
      await writeFile(to, text.replace(/^time_zone = .*$/m, zone));
      return to;
    }));
  }

  /** Sets the server's clock; from there it runs on. */
  async moveClock(at: number): Promise<void> {
    const offset = (at - Date.now()) / 1000;
    await writeFile(this.clockFile(), `${offset < 0 ? '' : '+'}${offset.toFixed(3)}\n`);
  }

  /** From here on the server's disk has these faults and no others, one a line as `tests/shim/shim.c` describes them. */
  async fail(...faults: string[]): Promise<void> {
    if (!this.watched) throw new Error('the disk is not watched: use the option `watched`');
    const working = join(this.data, 'faults.new');
    await writeFile(working, faults.map((fault) => `${fault}\n`).join(''));
    await rename(working, join(this.data, 'faults'));
  }

  /** Builds what stands between the server and its disk. */
  private watch(): void {
    const built = ['-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-o', join(this.data, 'shim.so')];
    execFileSync('cc', [...built, here('../../shim/shim.c'), '-ldl', '-lpthread']);
    this.watched = true;
  }

  private watchedDisk(): Record<string, string> {
    return {
      LD_PRELOAD: join(this.data, 'shim.so'),
      QUEUE_SHIM_ROOT: join(this.data, 'data'),
      QUEUE_SHIM_FAULTS: join(this.data, 'faults'),
    };
  }

  /** Waits until the server has ended by itself, and gives its exit code. */
  async ended(): Promise<number | null> {
    const child = this.child;
    if (child === null) throw new Error('no server is running');
    if (child.exitCode === null) await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.child = null;
    return child.exitCode;
  }

  private clockFile(): string {
    return join(this.data, 'clock');
  }

  /** Starts again on the same port and data. */
  async restart(): Promise<void> {
    await this.run(this.url.replace('http://', ''));
  }

  private async run(listen: string): Promise<void> {
    const args = ['serve', '--data', join(this.data, 'data'), '--listen', listen];
    for (const office of this.offices) args.push('--office', office);
    const child = spawn(binary(), args, {
      env: { ...process.env, QUEUE_ADMIN_PASSWORD: ADMIN_PASSWORD, ...(this.faked ? this.fakedClock() : {}), ...(this.watched ? this.watchedDisk() : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stderr.on('data', (text: Buffer) => this.log.push(text.toString()));
    this.url = await new Promise<string>((ready, fail) => {
      const late = setTimeout(() => fail(this.failure('did not start in time')), START_MS_MAX);
      child.once('exit', (code) => fail(this.failure(`ended with ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const address = /^listening on (http:\/\/\S+)/.exec(line)?.[1];
        if (address === undefined) return;
        clearTimeout(late);
        ready(address);
      });
    });
  }

  private fakedClock(): Record<string, string> {
    return {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: this.clockFile(),
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  private failure(what: string): Error {
    return new Error(`queue-server ${what}\n${this.log.join('').slice(-4000)}`);
  }

  /** Pulls the plug: no goodbye to anybody. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends it and takes its data away. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.data, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    child.removeAllListeners('exit');
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
  }
}
