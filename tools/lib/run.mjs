import { spawn } from 'node:child_process';
import { UserError } from './fail.mjs';
import { ROOT } from './paths.mjs';

/** Characters of a failed program's output. */
const MOST_SHOWN = 4000;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the clone when not given
 * @property {NodeJS.ProcessEnv} [env] added to our own
 */

/**
 * Runs a program with its output on our terminal.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit code; 127 when there is no such program
 */
export async function status(program, args, options = {}) {
  return (await launch(program, args, options, 'inherit')).code;
}

/**
 * Runs a program that must succeed, with its output on our terminal.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function run(program, args, options) {
  const code = await status(program, args, options);
  if (code !== 0) throw new UserError(`\`${program} ${args.join(' ')}\` failed (code ${code}).`);
}

/**
 * Runs a program that must succeed, quietly: its output is shown only when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its standard output
 */
export async function capture(program, args, options = {}) {
  const { code, stdout, stderr } = await launch(program, args, options, 'pipe');
  if (code === 0) return stdout;
  const [command, output] = [`${program} ${args.join(' ')}`, (stderr || stdout).trim()];
  const shown = output.length > MOST_SHOWN ? `${output.slice(0, MOST_SHOWN)} ...` : output;
  throw new UserError(`\`${command}\` failed (code ${code}):\n${shown}`);
}

/**
 * Whether a program runs and ends well, whatever it prints.
 * @param {string} program
 * @param {...string} args
 */
export async function succeeds(program, ...args) {
  return (await launch(program, args, {}, 'pipe')).code === 0;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} options
 * @param {'inherit' | 'pipe'} output
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
function launch(program, args, { cwd = ROOT, env = {} }, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'ENOENT') reject(error);
      else resolve({ code: 127, stdout, stderr: `there is no program named ${program}` });
    });
    // A program that a signal ended has no code; shells count such an end as 128 and more.
    child.on('close', (code) => resolve({ code: code ?? 128, stdout, stderr }));
  });
}
