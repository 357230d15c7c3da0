/** The documentation's site: the default theme, with what the pictures need. */
import DefaultTheme from 'vitepress/theme';
import './pictures.css';

export default DefaultTheme;
