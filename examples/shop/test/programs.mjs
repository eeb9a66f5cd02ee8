// The programs of a test: a sandbox, and a backend of the shop with the variables of its kit.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SANDBOX = ['sandbox', '--ports', '0', '--store', 'memory', '-o', 'json', '--until-stdin-closes'];

/** Starts a sandbox, and returns it once it serves. It ends with this process, however that ends. */
export async function startSandbox() {
  const notify = `http://127.0.0.1:${await freePort()}/notify`;
  const child = spawn(process.env.RUHUI ?? 'ruhui', [...SANDBOX, '--notify-url', notify], {
    env: { ...process.env, RUHUI_LOG: 'error' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { operations, variables } = JSON.parse(await firstLine(child, 'the sandbox'));
  return {
    variables,
    operations,
    shop: new URL(variables.RUHUI_NOTIFY_URL).origin,
    /** Uses a control, and returns its body. Throws unless its status is 200. */
    async control(method, path, body) {
      const headers = { 'Accept-Language': 'en', 'Content-Type': 'application/json' };
      const response = await fetch(`${operations}/sandbox/${path}`, { method, headers, body: body && JSON.stringify(body) });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
    async stop() {
      child.stdin.end();
      await ended(child);
    },
  };
}

const scriptOf = (name) => join(process.env.SHOP_FOLDER, name, 'run.sh');

/** Installs what a backend needs. The first time can take minutes. */
export async function installBackend(name) {
  const child = spawn('bash', [scriptOf(name), 'install'], { stdio: ['ignore', 'inherit', 'inherit'] });
  const status = await ended(child);
  if (status !== 0) throw new Error(`${name} was not installed (status ${status})`);
}

/** Starts a backend, and returns it once it listens. */
export async function startBackend(name, sandbox) {
  // A group of its own, since a script may start the backend as another process.
  const child = spawn('bash', [scriptOf(name)], {
    env: { ...process.env, ...sandbox.variables },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const end = () => { if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM'); };
  process.once('exit', end);
  const lines = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  try {
    await listens(`${sandbox.shop}/`, child);
  } catch (error) {
    throw new Error(`${name}: ${error.message}\n${lines.join('\n')}`);
  }
  return {
    async stop() {
      end();
      await ended(child);
      process.off('exit', end);
    },
  };
}

/** Takes the bytes of an event: has the sandbox send it elsewhere, where it is not accepted. */
export async function taken(sandbox, id) {
  let event;
  const server = createServer(async (request, response) => {
    const { host, connection, 'content-length': length, ...headers } = request.headers;
    event = { headers, body: Buffer.concat(await request.toArray()) };
    response.writeHead(500).end();
  });
  const port = await listen(server);
  await sandbox.control('POST', `events/${id}/redirect`, { notify_url: `http://127.0.0.1:${port}/` });
  // An event waits while the sandbox is paused.
  await sandbox.control('POST', `events/${id}/resend`, {});
  server.close();
  return event;
}

async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await new Promise((closed) => { server.close(closed); });
  return port;
}

async function listen(server) {
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  return server.address().port;
}

async function firstLine(child, what) {
  const lines = createInterface({ input: child.stdout });
  return Promise.race([
    new Promise((resolve) => { lines.once('line', resolve); }),
    ended(child).then((code) => { throw new Error(`${what} did not start (status ${code})`); }),
  ]);
}

async function listens(url, child) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (child.exitCode !== null) throw new Error(`the backend ended with status ${child.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((later) => { setTimeout(later, 20); });
  }
  throw new Error('the backend does not listen');
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
