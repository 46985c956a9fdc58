/** For worker threads under jest, which does not compile what they load: `node --import` this file. */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
