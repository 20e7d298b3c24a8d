/** An error that the user can act on: printed as a sentence, without a stack. */
export class UserError extends Error {
  /**
   * @param {string} message what happened
   * @param {string} [help] what to do about it
   * @param {ErrorOptions} [options]
   */
  constructor(message, help, options) {
    super(message, options);
    this.name = 'UserError';
    this.help = help;
  }
}
