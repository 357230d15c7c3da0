/** Numbers and aims as people read them. */
import type { Aim } from './group';

/** Three digits, or all before the point. */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100)
    return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return value.toFixed(Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3);
}

/** Without zeros at the end. */
export const axisFigure = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });

/** With a sign, for differences. */
export const signed = (value: number): string => `${value < 0 ? '' : '+'}${figure(value)}`;

export function limitOf({ limit, by }: Aim): string {
  if (limit === undefined) return 'none';
  const show = (value: number) => (by === 'difference' && value > 0 ? `+${value}` : String(value));
  if ('atMost' in limit) return `<= ${show(limit.atMost)}`;
  if ('atLeast' in limit) return `>= ${show(limit.atLeast)}`;
  return `< ${show(limit.below)}`;
}
