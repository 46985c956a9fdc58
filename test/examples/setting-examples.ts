import { type Setting, type SettingChanged, settingFacts, settingNames } from '../../src/accounts/account.events.js';
import { everyFact } from './every-fact.js';

/** Each setting with an example of its change. */
export const settingExamples = settingNames.map((setting): { setting: Setting; fact: SettingChanged } => ({
  setting,
  fact: (everyFact[settingFacts[setting]] as () => SettingChanged)(),
}));
