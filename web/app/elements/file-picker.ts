import { css, html, LitElement } from 'lit';
import { type FoundFile, filesOfList } from '../model/files.js';
import { folderIcon, photoIcon } from './icons.js';
import { base, buttons } from './styles.js';

/** Sent with the files that were chosen. */
export class FilesEvent extends Event {
  constructor(readonly files: FoundFile[]) {
    super('files');
  }
}

/** Says where photos can be dropped, and has buttons that choose them instead. */
export class FilePicker extends LitElement {
  static override properties = {
    hint: {},
    purpose: {},
    folders: { type: Boolean },
    compact: { type: Boolean, reflect: true },
  };
  static override styles = [
    base,
    buttons,
    css`
      .zone {
        display: grid;
        justify-items: center;
        gap: 0.7rem;
        padding: 1.3rem 0.8rem;
        border: 2px dashed var(--line);
        border-radius: 12px;
        text-align: center;
      }
      .zone > .icon {
        width: 2.25rem;
        height: 2.25rem;
        color: var(--control);
        stroke-width: 1.3;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 0.5rem;
      }
      button {
        min-height: 2.25rem;
        font-size: 0.875rem;
      }
      :host([compact]) .zone {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        padding: 0.4rem 0.4rem 0.4rem 0.8rem;
        text-align: start;
      }
      :host([compact]) .zone > .icon {
        display: none;
      }
    `,
  ];
  /** What can be dropped here, in a few words. */
  declare hint: string;
  /** What the photos are for, which screen readers hear with the buttons: `for Birds`. */
  declare purpose: string;
  /** Whether folders can be chosen too. */
  declare folders: boolean;
  /** On one line. */
  declare compact: boolean;

  constructor() {
    super();
    this.hint = '';
    this.purpose = '';
    this.folders = false;
    this.compact = false;
  }

  override render() {
    return html`
      <div class="zone">
        ${photoIcon}
        <p class="small muted">${this.hint}</p>
        <div class="choices">
          <button type="button" @click=${() => this.#open('photos')}>
            ${photoIcon}Choose photos<span class="screen-reader"> ${this.purpose}</span>
          </button>
          ${this.folders ? this.#folderButton() : null}
        </div>
        <input id="photos" type="file" multiple accept="image/*" hidden @change=${this.#choose} />
        <input id="folder" type="file" webkitdirectory hidden @change=${this.#choose} />
      </div>
    `;
  }

  #folderButton() {
    return html`
      <button type="button" @click=${() => this.#open('folder')}>
        ${folderIcon}<span class="screen-reader">Choose a </span>Folder<span class="screen-reader">
          ${this.purpose}</span
        >
      </button>
    `;
  }

  #open(id: string): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  #choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = filesOfList(input.files ?? []);
    input.value = ''; // so that the same files can be chosen again
    this.dispatchEvent(new FilesEvent(files));
  }
}

customElements.define('tt-file-picker', FilePicker);
