import { css, html, LitElement } from 'lit';
import { base, buttons } from './styles.js';

/** A question whose answer loses something. */
export class ConfirmDialog extends LitElement {
  static override properties = { question: { state: true }, action: { state: true } };
  static override styles = [
    base,
    buttons,
    css`
      dialog {
        width: min(26rem, calc(100vw - 2rem));
        padding: 1.4rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        color: var(--ink);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(15 10 35 / 50%);
      }
      form {
        display: flex;
        justify-content: flex-end;
        gap: 0.6rem;
        margin-top: 1.2rem;
      }
    `,
  ];
  declare question: string;
  declare action: string;

  constructor() {
    super();
    this.question = '';
    this.action = '';
  }

  override render() {
    return html`
      <dialog aria-labelledby="question">
        <p id="question">${this.question}</p>
        <form method="dialog">
          <button value="" autofocus>Keep</button>
          <button class="danger" value="yes">${this.action}</button>
        </form>
      </dialog>
    `;
  }

  /** Resolves to whether the person agreed. */
  async ask(question: string, action: string): Promise<boolean> {
    this.question = question;
    this.action = action;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector('dialog');
    if (!dialog) return false;
    dialog.returnValue = '';
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
    return dialog.returnValue === 'yes';
  }
}

customElements.define('tt-confirm-dialog', ConfirmDialog);
