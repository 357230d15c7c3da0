/** Parent: items as rows of columns. Pure. */
export interface Column<Item> {
  heading: string;
  align: 'left' | 'right';
  cell(item: Item, index: number): string;
  /** Applied to a cell that has its width. */
  paint?(cell: string, item: Item): string;
}

export function table<Item>(columns: readonly Column<Item>[], items: readonly Item[]) {
  const texts = items.map((item, index) => columns.map(({ cell }) => cell(item, index)));
  const fitted = columns.map(({ heading, align }, at) => {
    const width = Math.max(heading.length, ...texts.map(row => row[at]!.length));
    return (text: string) => (align === 'left' ? text.padEnd(width) : text.padStart(width));
  });
  return {
    heading: columns
      .map(({ heading }, at) => fitted[at]!(heading))
      .join('  ')
      .trimEnd(),
    rows: items.map((item, y) =>
      columns.map(({ paint = text => text }, x) => paint(fitted[x]!(texts[y]![x]!), item)).join('  '),
    ),
  };
}
