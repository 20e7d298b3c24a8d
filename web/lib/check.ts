// Checks of what callers pass. Every message says what to change.
import { TrainerError } from './errors.js';

export function invalid(message: string): TrainerError {
  return new TrainerError('invalid-argument', message);
}

/** Refuses options that `call` does not have, which are most often misspelt ones. */
export function checkNames(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw invalid(`${call} has no option '${name}'. Its options are ${known.join(', ')}.`);
  }
}

export function checkInteger(name: string, value: unknown, min: number, max: number): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
  throw invalid(`${name} must be a whole number from ${min} to ${max}, not ${show(value)}.`);
}

export function checkNumber(name: string, value: unknown, min: number, max: number): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw invalid(`${name} must be a number from ${min} to ${max}, not ${show(value)}.`);
}

export function checkBoolean(name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw invalid(`${name} must be true or false, not ${show(value)}.`);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  throw invalid(`${name} must be one of ${allowed.join(', ')}, not ${show(value)}.`);
}

export function checkLabel(name: string, value: unknown): void {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 200) return;
  throw invalid(`${name} must be a class name of 1 to 200 characters, not ${show(value)}.`);
}

export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw invalid('signal must be an AbortSignal. Pass the signal of an AbortController.');
}

export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw invalid(`${name} must be a function, not ${show(value)}.`);
}

/** The value as a person would recognise it in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`.slice(0, 60);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
