import type { Slice } from '../platform/slice.js';
import { KnownMarks } from './known-marks.js';
import { ReadState } from './read-state.js';

export const readingCommands: Slice = { endpoints: [], handlers: [], services: [KnownMarks, ReadState] };
