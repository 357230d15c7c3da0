/** The colours of all plots: offspring-rx stands out, the floor is dark, the rest is grey. */
export const OWN = '#c2185b';
export const FLOOR = '#37474f';
export const OTHER = '#b0bec5';
export const TEXT = '#263238';
export const FAINT = '#607d8b';
export const GRID = '#eceff1';

/** Lines, in pairs of one hue. */
export const LINES = ['#c2185b', '#f48fb1', '#1565c0', '#90caf9', '#546e7a', '#b0bec5'];
