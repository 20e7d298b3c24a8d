// What a page of the benchmark holds: one system, started.

export interface Settings {
  threads: number;
  /** tabtrain's own; the peers ignore them. */
  variant?: string;
  precision?: string;
}

export interface System {
  /** What runs, as the system itself tells. */
  threads: number;
  /** The 2048 features of the picture. */
  features(): Promise<number[]>;
  /** Milliseconds for the features of `batch` pictures. */
  forward(batch: number): Promise<number>;
  /** Milliseconds of one step of the head, 2048 -> 1024 -> 10, with Adam on a batch of 32. */
  headStep?(): Promise<number>;
  /** Images a second, from files to features. */
  files?(): Promise<number>;
  /** Does what a user does: adds some photos and trains on them. */
  use?(): Promise<void>;
}
