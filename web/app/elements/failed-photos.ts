import { css, html, LitElement } from 'lit';
import { plural } from '../model/format.js';
import type { FailedPhoto } from '../model/photo-class.js';
import { alertIcon, crossIcon } from './icons.js';
import { base, buttons, cards } from './styles.js';

/** Names the files that could not be used, and why. Sends `dismiss`. */
export class FailedPhotos extends LitElement {
  static override properties = { failed: { attribute: false } };
  static override styles = [
    base,
    buttons,
    cards,
    css`
      .error {
        align-items: start;
      }
      .text {
        flex: 1;
      }
      ul {
        max-height: 9rem;
        margin-top: 0.3rem;
        overflow-y: auto;
      }
      li + li {
        margin-top: 0.25rem;
      }
      .name {
        font-weight: 650;
      }
      button.round {
        width: 2rem;
        min-height: 2rem;
        margin: -0.3rem -0.4rem 0 0;
        color: inherit;
      }
    `,
  ];
  declare failed: FailedPhoto[];

  constructor() {
    super();
    this.failed = [];
  }

  override render() {
    const { length } = this.failed;
    return html`
      <div class="error">
        ${alertIcon}
        <div class="text">
          <p>
            ${plural(length, 'file')} could not be used${length > 0 ? '; the others are fine.' : '.'}
          </p>
          <ul class="small" tabindex="0" aria-label="Files that could not be used">
            ${this.failed.map(
              ({ name, message }) => html`<li><span class="name">${name}</span>: ${message}</li>`,
            )}
          </ul>
        </div>
        <button class="round" type="button" aria-label="Dismiss" @click=${this.#dismiss}>
          ${crossIcon}
        </button>
      </div>
    `;
  }

  #dismiss(): void {
    this.dispatchEvent(new Event('dismiss'));
  }
}

customElements.define('tt-failed-photos', FailedPhotos);
