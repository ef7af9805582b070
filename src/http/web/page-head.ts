import { hash } from 'node:crypto';

/** Runs before anything is painted; the key is that of theme-choice.ts. */
const THEME_SCRIPT =
  "try{var t=localStorage.getItem('tidegate.theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}";

/** The only script that stands in a page, named in the policy by its hash. */
export const THEME_SCRIPT_HASH = `'sha256-${hash('sha256', THEME_SCRIPT, 'base64')}'`;

export interface PageHead {
  readonly title: string;
  /** Blocks of data by the id that the page finds them under. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A page out of its application's shell. `content` is the inside of its root element, HTML. */
export function renderShell(shell: string, head: PageHead, content = ''): string {
  return shell.replace('<!--head-->', () => headHtml(head)).replace('<!--page-->', () => content);
}

function headHtml({ title, data }: PageHead): string {
  return [
    `<title>${escapeHtml(title)}</title>`,
    `<script>${THEME_SCRIPT}</script>`,
    ...Object.entries(data).map(([id, value]) => dataBlock(id, value)),
  ].join('\n    ');
}

/** Data, not a script: nothing of it runs. */
function dataBlock(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
