/** Page: light or dark: as the system has it, or as the switch says. */
import { byId } from './dom';
import { setSymbol, symbol } from './symbols';

type Choice = 'system' | 'light' | 'dark';

const CHOICES: readonly Choice[] = ['system', 'light', 'dark'];
/** When the dark colors apply. */
const MEDIA = { system: '(prefers-color-scheme: dark)', light: 'not all', dark: 'all' } as const;
const SYMBOLS = { system: 'system', light: 'sun', dark: 'moon' } as const;
const KEY = 'offspring-theme';

const listeners = new Set<() => void>();

/** Calls the listener when the colors have changed, until the returned function is called. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The value of a color of style/tokens.css or style/dark.css. */
export function color(name: string): string {
  const known = colors.get(name);
  if (known !== undefined) return known;
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  colors.set(name, value);
  return value;
}

const colors = new Map<string, string>();

export function setUpTheme(): void {
  const button = byId<HTMLButtonElement>('theme');
  const box = symbol('system');
  button.append(box);
  let choice = stored();
  const apply = () => {
    byId<HTMLLinkElement>('dark').media = MEDIA[choice];
    setSymbol(box, SYMBOLS[choice]);
    const label = `Colors: ${choice}`;
    button.title = label;
    button.setAttribute('aria-label', label);
    changed();
  };
  button.addEventListener('click', () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] as Choice;
    store(choice);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  // The page does not wait for a sheet that did not apply when it began to load.
  byId('dark').addEventListener('load', changed);
  apply();
}

function changed(): void {
  colors.clear();
  for (const listener of listeners) listener();
}

/** A browser may forbid the storage. */
function stored(): Choice {
  try {
    const value = localStorage.getItem(KEY) as Choice;
    return CHOICES.includes(value) ? value : 'system';
  } catch {
    return 'system';
  }
}

function store(choice: Choice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Then it lasts until the page is closed.
  }
}
