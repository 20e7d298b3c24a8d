import type { Context } from './dispatcher.js';
import type { Phase } from './protocol.js';

/** Weight of the newest measurement in the running mean: recent steps say most about the next. */
const newest = 0.2;
const reportEveryMs = 100;

/** Estimates the seconds left from the time that each step so far has taken. */
export class Eta {
  #secondsPerUnit: number | null = null;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** Notes that `units` of work ended at `now`, in milliseconds. */
  advance(units: number, now: number): void {
    if (units <= 0) return;
    const measured = (now - this.#at) / 1000 / units;
    this.#at = now;
    const mean = this.#secondsPerUnit;
    this.#secondsPerUnit = mean === null ? measured : mean + newest * (measured - mean);
  }

  /** Begins to measure again after other work, which is not to count. */
  resume(now: number): void {
    this.#at = now;
  }

  /** Null before the first step. */
  secondsLeft(units: number): number | null {
    return this.#secondsPerUnit === null ? null : this.#secondsPerUnit * units;
  }
}

/** Counts the work of one call and reports it at most ten times a second, and at its end. */
export class Progress {
  done = 0;
  readonly #eta: Eta;
  #unreported = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly context: Context,
    readonly phase: Phase,
    readonly total: number | null,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#eta = new Eta(now());
  }

  get secondsLeft(): number | null {
    return this.total === null ? null : this.#eta.secondsLeft(this.total - this.done);
  }

  /** To be called when other work comes between. */
  resume(): void {
    this.#eta.resume(this.now());
  }

  async advance(units: number, name: string): Promise<void> {
    this.done += units;
    this.#unreported += units;
    const now = this.now();
    if (now - this.#reportedAt < reportEveryMs && this.done !== this.total) return;
    this.#eta.advance(this.#unreported, now);
    this.#unreported = 0;
    this.#reportedAt = now;
    const { done, total, phase, secondsLeft } = this;
    await this.context.report({ kind: 'progress', phase, done, total, secondsLeft, name });
  }
}
