/** Terminal: draws lines with ink, and tells of keys. */
import type { ReactNode } from 'react';
import { type Cell, filled, joined, type Line, type Span } from './cells';
import type { Drawing } from './load-ink';
import type { Key } from './on-key';

type InkKey = import('ink').Key;

export interface Canvas {
  show(lines: readonly Line[]): void;
  /** Forgets what was drawn: the terminal was cleared. */
  forget(): void;
  close(): void;
}

export interface CanvasOptions {
  readonly hasColors: boolean;
  onKey(key: Key): void;
}

export function openCanvas({ ink, react }: Drawing, { hasColors, onKey }: CanvasOptions): Canvas {
  const { createElement } = react;
  const { Box, Text, render, useInput } = ink;

  const spanOf = ({ text, color, bold = false, dim = false }: Span, index: number, isSelected: boolean): ReactNode => {
    const colors = color !== undefined && hasColors && !isSelected ? { color } : {};
    const dimColor = dim && !isSelected;
    return createElement(Text, { key: index, bold, dimColor, inverse: isSelected, ...colors }, text);
  };

  const cellOf = ({ spans, width, isRight = false }: Cell, index: number, isSelected: boolean): ReactNode => {
    const size = width === undefined ? { flexGrow: 1, flexShrink: 1, flexBasis: 0 } : { width, flexShrink: 0 };
    const content = createElement(
      Text,
      { wrap: 'truncate-end', inverse: isSelected },
      ...spans.map((span, at) => spanOf(span, at, isSelected)),
    );
    return createElement(
      Box,
      { key: index, height: 1, overflow: 'hidden', justifyContent: isRight ? 'flex-end' : 'flex-start', ...size },
      content,
    );
  };

  const lineOf = ({ cells, isSelected = false }: Line, index: number): ReactNode =>
    createElement(
      Box,
      { key: index, height: 1, width: '100%', overflow: 'hidden' },
      ...joined(cells).map((cell, at) => cellOf(isSelected ? filled(cell) : cell, at, isSelected)),
    );

  const Screen = ({ lines }: { lines: readonly Line[] }): ReactNode => {
    useInput((typed, key) => {
      const pressed = keyOf(typed, key);
      if (pressed) onKey(pressed);
    });
    return createElement(Box, { flexDirection: 'column', width: '100%' }, ...lines.map(lineOf));
  };

  const instance = render(createElement(Screen, { lines: [] }), {
    exitOnCtrlC: false,
    patchConsole: true,
  });
  return {
    show: lines => instance.rerender(createElement(Screen, { lines })),
    forget: () => instance.clear(),
    close: () => instance.unmount(),
  };
}

function keyOf(typed: string, key: InkKey): Key | undefined {
  if (key.ctrl) return typed === 'c' ? 'interrupt' : undefined;
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'page-up';
  if (key.pageDown) return 'page-down';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.backspace || key.delete) return 'backspace';
  return typed === '' || key.meta ? undefined : { typed };
}
