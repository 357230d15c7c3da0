/** The colours of all plots: offspring-rx stands out, the floor is dark, the rest is grey. */
export const OWN = '#c2185b';
export const FLOOR = '#37474f';
export const OTHER = '#b0bec5';
export const TEXT = '#263238';
export const FAINT = '#607d8b';
export const GRID = '#eceff1';

/** Of lines: what is ours first. */
export const LINES = ['#c2185b', '#1565c0', '#455a64', '#ef6c00'];
