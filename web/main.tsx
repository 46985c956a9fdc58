import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './frame/frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './frame/app.js';
import { router } from './frame/router.js';
import { readRefusal } from './shared/came-back.js';
import { followLanguage, preferredLanguage, showLanguage } from './shared/language.js';
import { meQuery } from './shared/me.js';
import { queries } from './shared/queries.js';
import { chosenTheme, followTheme, showTheme } from './shared/theme.js';

readRefusal();
showTheme(chosenTheme());
const strings = showLanguage(preferredLanguage());
// Meanwhile: the person, and the first screen with its first queries.
queries.query(meQuery).catch(() => undefined); // the frame asks again, and shows the error
void router.load();
await strings;
followLanguage();
followTheme();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
