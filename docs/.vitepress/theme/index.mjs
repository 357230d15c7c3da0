/** The documentation's site: the default theme, with enough contrast. */
import DefaultTheme from 'vitepress/theme';
import './site.css';

export default DefaultTheme;
