import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Italic } from '@tiptap/extension-italic';
import { Link } from '@tiptap/extension-link';
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list';
import { Strike } from '@tiptap/extension-strike';
import { Text } from '@tiptap/extension-text';
import { Underline } from '@tiptap/extension-underline';
import { Dropcursor, Gapcursor, Placeholder, UndoRedo } from '@tiptap/extensions';
import { LineNode } from './line-node.js';
import { PictureNode, type Pictures } from './picture-node.js';

/** Parts of a mail: as much as mail programs show alike. */
export const extensionsOf = (pictures: Pictures, placeholder: string) => [
  Document,
  LineNode,
  Text,
  HardBreak,
  Bold,
  Italic,
  Underline,
  Strike,
  Blockquote,
  BulletList,
  OrderedList,
  ListItem,
  ListKeymap,
  Link.configure({ openOnClick: false, defaultProtocol: 'https' }),
  PictureNode.configure({ pictures }),
  UndoRedo,
  Dropcursor.configure({ color: 'var(--accent)' }),
  Gapcursor,
  Placeholder.configure({ placeholder }),
];
