/** A weight file that cannot be used: what is wrong with it, and what to do. */
export class WeightsError extends Error {
  /**
   * @param {string} message
   * @param {string} help
   * @param {ErrorOptions} [options]
   */
  constructor(message, help, options) {
    super(message, options);
    this.name = 'WeightsError';
    this.help = help;
  }
}
