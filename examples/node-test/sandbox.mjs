// Starts a sandbox for the tests of a file: needs Node.js only.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const COMMAND = ['sandbox', '--ports', '0', '--store', 'memory', '-o', 'json', '--until-stdin-closes'];

/** Starts a sandbox, and returns it once it serves. It stops with this process, however that ends. */
export async function startSandbox() {
  const ruhui = process.env.RUHUI ?? 'ruhui';
  const child = spawn(ruhui, COMMAND, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    new Promise((resolve) => lines.once('line', resolve)),
    ended.then((code) => { throw new Error(`the sandbox did not start (status ${code})`); }),
  ]);
  const { operations, variables } = JSON.parse(line);
  return {
    /** A variable of the kit. Keys are PEM text with the two characters \n for each line end. */
    value: (name) => variables[`RUHUI_${name}`].replaceAll('\\n', '\n'),
    /** Uses a control, and returns its status and body. */
    async control(path, body = {}) {
      const response = await fetch(`${operations}/sandbox/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
