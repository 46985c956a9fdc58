import { useLingui } from '@lingui/react/macro';
import { type Editor, useEditorState } from '@tiptap/react';
import { Bold, ImagePlus, Italic, List, ListOrdered, RemoveFormatting, TextQuote, Underline } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { Toolbar } from 'react-aria-components/Toolbar';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import { LinkTool } from './link-tool.js';

interface Props {
  editor: Editor;
  onPictures: (files: File[]) => void;
}

/** Formats of the text. */
export function EditorTools({ editor, onPictures }: Props): ReactNode {
  const { t } = useLingui();
  const chooser = useRef<HTMLInputElement>(null);
  const active = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive('bold'),
      italic: now.isActive('italic'),
      underline: now.isActive('underline'),
      bullets: now.isActive('bulletList'),
      numbers: now.isActive('orderedList'),
      quote: now.isActive('blockquote'),
    }),
  });
  const run = () => editor.chain().focus();
  return (
    <Toolbar className="editor-tools" aria-label={t`Formats`}>
      <Format label={t`Bold`} on={active.bold} icon={<Bold size={16} />} onPress={() => run().toggleBold().run()} />
      <Format
        label={t`Italic`}
        on={active.italic}
        icon={<Italic size={16} />}
        onPress={() => run().toggleItalic().run()}
      />
      <Format
        label={t`Underline`}
        on={active.underline}
        icon={<Underline size={16} />}
        onPress={() => run().toggleUnderline().run()}
      />
      <Format
        label={t`List`}
        on={active.bullets}
        icon={<List size={16} />}
        onPress={() => run().toggleBulletList().run()}
      />
      <Format
        label={t`Numbered list`}
        on={active.numbers}
        icon={<ListOrdered size={16} />}
        onPress={() => run().toggleOrderedList().run()}
      />
      <Format
        label={t`Quotation`}
        on={active.quote}
        icon={<TextQuote size={16} />}
        onPress={() => run().toggleBlockquote().run()}
      />
      <LinkTool editor={editor} />
      <Tool label={t`Picture in the text`} icon={<ImagePlus size={16} />} onPress={() => chooser.current?.click()} />
      <Tool
        label={t`Remove the formats`}
        icon={<RemoveFormatting size={16} />}
        onPress={() => run().unsetAllMarks().clearNodes().run()}
      />
      <input
        ref={chooser}
        hidden
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        aria-label={t`Picture in the text`}
        onChange={({ currentTarget }) => {
          onPictures([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
    </Toolbar>
  );
}

interface ToolProps {
  label: string;
  icon: ReactNode;
  onPress: () => void;
}

function Format({ label, icon, on, onPress }: ToolProps & { on: boolean }): ReactNode {
  return (
    <TooltipTrigger delay={500}>
      <ToggleButton className="button quiet small only-icon" aria-label={label} isSelected={on} onPress={onPress}>
        {icon}
      </ToggleButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}

function Tool({ label, icon, onPress }: ToolProps): ReactNode {
  return (
    <TooltipTrigger delay={500}>
      <Button className="button quiet small only-icon" aria-label={label} onPress={onPress}>
        {icon}
      </Button>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
