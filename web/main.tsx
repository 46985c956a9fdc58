import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './frame/frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './frame/app.js';
import { followLanguage, preferredLanguage, showLanguage } from './shared/language.js';
import { chosenTheme, followTheme, showTheme } from './shared/theme.js';

showTheme(chosenTheme());
await showLanguage(preferredLanguage());
followLanguage();
followTheme();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
