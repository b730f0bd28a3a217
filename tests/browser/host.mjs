// The reference host on the sandbox, on a free port, with a store that is thrown away.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export async function startHost(program, catalog) {
  const folder = mkdtempSync(join(tmpdir(), 'purser-browser-'));
  const child = spawn(program, ['--sandbox', '--catalog', catalog, '--store', join(folder, 'purser.db')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  const origin = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = / is at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line);
      if (found) resolve(found[1]);
    });
    ended.then((code) => reject(new Error(`the host ended with ${code} before it served`)));
  });
  return {
    origin,
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`the host ended with ${code}`);
    },
  };
}
