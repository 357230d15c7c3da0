export const here = 'here';
