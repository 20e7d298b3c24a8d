import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { UserError } from './fail.mjs';
import { ROOT } from './paths.mjs';

/** Characters of a failed program's output. */
const MOST_SHOWN = 4000;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the clone when not given
 * @property {NodeJS.ProcessEnv} [env] added to our own
 * @property {(text: string) => void} [onOutput] sees standard output as it comes
 */

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 127 when there is no such program
 * @property {string} stdout
 * @property {string} stderr
 */

/** Process groups that run for us: whatever ends this program ends them. @type {Set<number>} */
const groups = new Set();
process.on('exit', () => {
  for (const group of groups) {
    try {
      process.kill(-group);
    } catch {
      // it has just ended
    }
  }
});

/** Where npm put a program of the clone's own. @param {string} name */
export function npmProgram(name) {
  return join(ROOT, 'node_modules/.bin', name);
}

/**
 * Runs a program with its output on our terminal.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit code
 */
export async function status(program, args, options = {}) {
  return (await launch(program, args, options, 'inherit')).code;
}

/**
 * Runs a program and collects its output.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function outcome(program, args, options = {}) {
  return launch(program, args, options, 'pipe');
}

/**
 * Runs a program that must succeed, quietly: its output is shown only when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its standard output
 */
export async function capture(program, args, options) {
  const { code, stdout, stderr } = await outcome(program, args, options);
  if (code === 0) return stdout;
  throw failure(program, args, code, stderr || stdout);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {number} code
 * @param {string} output
 */
export function failure(program, args, code, output) {
  const text = output.trim();
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)} ...` : text;
  return new UserError(`\`${program} ${args.join(' ')}\` failed (code ${code}):\n${shown}`);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} options
 * @param {'inherit' | 'pipe'} output
 * @returns {Promise<Outcome>}
 */
function launch(program, args, { cwd = ROOT, env = {}, onOutput }, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
      detached: true, // a process group of its own: a program's children end with it
    });
    if (child.pid) groups.add(child.pid);
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'ENOENT') reject(error);
      else resolve({ code: 127, stdout, stderr: `there is no program named ${program}` });
    });
    // A program that a signal ended has no code; shells count such an end as 128 and more.
    child.on('close', (code) => {
      if (child.pid) groups.delete(child.pid);
      resolve({ code: code ?? 128, stdout, stderr });
    });
  });
}
