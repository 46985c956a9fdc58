import { useLingui } from '@lingui/react/macro';
import { type Editor, EditorContent, useEditor } from '@tiptap/react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { EditorTools } from './editor-tools.js';
import { extensionsOf } from './extensions.js';
import { fromMail, toMail } from './line-node.js';
import type { Pictures } from './picture-node.js';

interface Props {
  html: string;
  /** previews of the pictures in the HTML */
  pictures: Pictures;
  /** true: the focus begins here */
  isFirst: boolean;
  /** HTML that goes below the text as soon as it is there; empty: none */
  appended: string;
  onChange: (html: string) => void;
  /** files that are attached, not shown within the text */
  onFiles: (files: File[]) => void;
  /** @param cid name of the picture in the HTML */
  onPicture: (file: File, cid: string) => void;
  /** place of the tools */
  children: (tools: ReactNode) => ReactNode;
}

/** Pictures that every mail program shows. */
const SHOWN_AS_PICTURE = /^image\/(?:png|jpeg|gif|webp)$/;

/** Rich text of a message. TipTap is loaded with the window, never before. */
export function TextEditor(props: Props): ReactNode {
  const { html, pictures, isFirst, appended, onChange, onFiles, onPicture, children } = props;
  const { t } = useLingui();
  const [first] = useState(() => fromMail(html));
  const change = useEffectEvent((editor: Editor) => onChange(toMail(editor.getHTML())));

  const insertPicture = async (editor: Editor, file: File): Promise<void> => {
    const cid = crypto.randomUUID();
    pictures.set(cid, await dataUrlOf(file));
    onPicture(file, cid);
    editor.commands.insertContent({ type: 'picture', attrs: { src: `cid:${cid}`, alt: file.name } });
  };
  const take = (editor: Editor, files: readonly File[]): void => {
    for (const file of files) if (SHOWN_AS_PICTURE.test(file.type)) void insertPicture(editor, file);
    const others = files.filter(({ type }) => !SHOWN_AS_PICTURE.test(type));
    if (others.length > 0) onFiles(others);
  };

  const editor = useEditor({
    extensions: extensionsOf(pictures, t`Write your message`),
    content: first,
    injectCSS: false,
    autofocus: isFirst ? 'start' : false,
    immediatelyRender: true,
    shouldRerenderOnTransaction: false,
  });
  const taken = useEffectEvent((files: FileList | undefined, hasText: boolean): boolean => {
    if (!editor || !files || files.length === 0 || hasText) return false;
    take(editor, [...files]);
    return true;
  });
  const label = t`Text of the message`;
  useEffect(() => {
    if (!editor) return undefined;
    const changed = (): void => change(editor);
    editor.on('update', changed);
    editor.setOptions({
      editorProps: {
        attributes: { class: 'written', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label },
        // Spreadsheets put a picture of the cells beside their text.
        handlePaste: (_view, { clipboardData }) =>
          taken(clipboardData?.files, (clipboardData?.getData('text/plain') ?? '') !== ''),
        handleDrop: (_view, event, _slice, moved) => !moved && taken(event.dataTransfer?.files, false),
      },
    });
    return () => {
      editor.off('update', changed);
    };
  }, [editor, label]);

  useEffect(() => {
    if (!editor || appended === '') return;
    editor.commands.insertContentAt(editor.state.doc.content.size, appended, { updateSelection: false });
    editor.commands.focus('start');
  }, [editor, appended]);

  if (!editor) return null;
  return (
    <>
      <EditorContent editor={editor} className="text-editor" />
      {children(<EditorTools editor={editor} onPictures={(files) => take(editor, files)} />)}
    </>
  );
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('the picture cannot be read')));
    reader.readAsDataURL(file);
  });
}
