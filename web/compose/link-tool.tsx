import { useLingui } from '@lingui/react/macro';
import { type Editor, useEditorState } from '@tiptap/react';
import { Link as LinkIcon } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { Button } from '../shared/button.js';
import { focusFirstField } from '../shared/focus.js';
import { TextField } from '../shared/text-field.js';

/** Makes a link of the chosen words, changes it, or takes it away. */
export function LinkTool({ editor }: { editor: Editor }): ReactNode {
  const { t } = useLingui();
  const trigger = useRef<HTMLButtonElement>(null);
  const [url, setUrl] = useState<string>();
  const isLink = useEditorState({ editor, selector: ({ editor: now }) => now.isActive('link') });
  const close = (): void => {
    setUrl(undefined);
    editor.commands.focus();
  };
  const save = (): void => {
    const href = addressOf(url ?? '');
    const link = editor.chain().focus().extendMarkRange('link');
    if (href === '') link.unsetLink().run();
    else if (editor.state.selection.empty && !isLink)
      editor
        .chain()
        .focus()
        .insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] })
        .run();
    else link.setLink({ href }).run();
    close();
  };
  return (
    <>
      <ToggleButton
        ref={trigger}
        className="button quiet small only-icon"
        aria-label={t`Link`}
        aria-haspopup="dialog"
        isSelected={isLink}
        onPress={() => setUrl((editor.getAttributes('link')['href'] as string | undefined) ?? '')}
      >
        <LinkIcon size={16} />
      </ToggleButton>
      <Popover
        className="popover"
        triggerRef={trigger}
        isOpen={url !== undefined}
        placement="top start"
        offset={6}
        onOpenChange={(isOpen) => {
          if (!isOpen) close();
        }}
      >
        <Dialog className="dialog link-dialog" aria-label={t`Link`} ref={focusFirstField}>
          <TextField label={t`Address of the page`} value={url ?? ''} onChange={setUrl} onEnter={save} />
          <div className="dialog-actions">
            {isLink && (
              <Button
                onPress={() => {
                  editor.chain().focus().extendMarkRange('link').unsetLink().run();
                  close();
                }}
              >
                {t`Remove the link`}
              </Button>
            )}
            <Button look="primary" onPress={save}>{t`Apply`}</Button>
          </div>
        </Dialog>
      </Popover>
    </>
  );
}

/** People leave out the beginning. */
function addressOf(typed: string): string {
  const url = typed.trim();
  if (url === '' || /^(?:https?|mailto|tel):/i.test(url)) return url;
  return url.includes('@') && !url.includes('/') ? `mailto:${url}` : `https://${url}`;
}
