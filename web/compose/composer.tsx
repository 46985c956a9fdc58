import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { PenLine, Paperclip, SendHorizontal, Trash2, TriangleAlert } from 'lucide-react';
import { type ReactNode, type Ref, useCallback, useImperativeHandle, useRef, useState } from 'react';
import { accountsQuery } from '../shared/account-queries.js';
import { holdDraft } from '../shared/compositions.js';
import { Button } from '../shared/button.js';
import { IconButton } from '../shared/icon-button.js';
import { useProblemText } from '../shared/problem-text.js';
import { SelectField } from '../shared/select-field.js';
import { AttachedFiles, goesAlong } from './attached-files.js';
import { accountQuery, type Started } from './compose-queries.js';
import { DiscardDialog } from './discard-dialog.js';
import { DoubtsDialog } from './doubts-dialog.js';
import { withCopies } from './from-draft.js';
import { FixedPart } from './fixed-part.js';
import { KeptNote, OtherVersion } from './kept-note.js';
import { MovedDialog } from './moved-dialog.js';
import { type Pictures, picturesOf } from './picture-node.js';
import { QuotedPart } from './quoted-part.js';
import { RecipientFields } from './recipient-fields.js';
import { SendLater } from './send-later.js';
import { TextEditor } from './text-editor.js';
import { useAnswering } from './use-answering.js';
import { useComposerKeys } from './use-composer-keys.js';
import { useDraftKeeper, useReturn } from './use-draft-keeper.js';
import { useLeaving } from './use-leaving.js';
import { type ChangeFiles, useFiles } from './use-files.js';
import { type Sent, useSending } from './use-sending.js';
import { isEmpty, type Writing } from './writing.js';

interface Props {
  compositionId: number;
  started: Started;
  /** true: the message was sent, and may come back */
  isHidden: boolean;
  /** names the window after its message */
  onSubject: (subject: string) => void;
  onSent: (sent: Sent) => void;
  onMinimise: () => void;
  /** takes the window away with everything in it */
  onEnd: () => void;
  /** gets the way to leave the window */
  ref: Ref<ComposerHandle>;
}

export interface ComposerHandle {
  /** keeps a draft, and closes the window */
  leave: () => void;
}

/** Everything of a window below its head. */
export function Composer({
  started,
  isHidden,
  onSubject,
  onSent,
  onMinimise,
  onEnd,
  compositionId,
  ref,
}: Props): ReactNode {
  const { t } = useLingui();
  const textOf = useProblemText();
  const { original } = started;
  const [writing, setWriting] = useState<Writing>(started.writing);
  const [pictures] = useState<Pictures>(() => picturesOf(started.writing.files));
  const [discarding, setDiscarding] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const changeFiles = useCallback<ChangeFiles>(
    (change) => setWriting((now) => ({ ...now, files: change(now.files) })),
    [],
  );
  const files = useFiles(changeFiles);
  const account = useQuery({ ...accountQuery(writing.accountId), enabled: writing.accountId !== '' }).data;
  const isForward = writing.forwardOf !== null;
  const forwarded = isForward && original ? original.attachments : [];
  const going = forwarded.filter((each) => goesAlong(each) && !writing.forwardWithout.includes(each.index));
  const [shortened, setShortened] = useState('');
  const keeper = useDraftKeeper({
    started,
    writing,
    onDraft: (id) => holdDraft(compositionId, id),
    onFiles: (copies) => changeFiles((now) => withCopies(now, copies)),
  });
  const sending = useSending({ writing, started, forwarded: going.length, keeper, onSent });
  const others = useAnswering(isHidden ? null : writing.inReplyTo);
  const leaving = useLeaving({ keeper, isEmpty: isEmpty(writing), onEnd });
  useReturn(isHidden, keeper);
  useImperativeHandle(ref, () => ({ leave: leaving.leave }));

  const change = (part: Partial<Writing>): void => {
    setWriting((now) => ({ ...now, ...part }));
    if (part.subject !== undefined) onSubject(part.subject);
    sending.forget();
  };
  useComposerKeys(root, { send: sending.begin, leave: leaving.leave });

  return (
    <div className="composer-form" ref={root}>
      <div className="composer-scroll">
        <Sender writing={writing} onChange={(accountId) => change({ accountId })} />
        <RecipientFields writing={writing} isFirst={writing.inReplyTo === null} onChange={change} />
        <input
          className="composer-subject"
          value={writing.subject}
          maxLength={998}
          placeholder={t`Subject`}
          aria-label={t`Subject`}
          onChange={(event) => change({ subject: event.target.value })}
        />
        <Answering names={others} />
        <OtherVersion keeper={keeper} />
        <FixedPart label={t`Header of the account`} html={account?.header} />
        <TextEditor
          html={started.writing.html}
          pictures={pictures}
          isFirst={writing.inReplyTo !== null}
          appended={shortened}
          onChange={(html) => change({ html })}
          onFiles={(added) => files.add(added)}
          onPicture={(file, cid) => files.add([file], cid)}
        >
          {(tools) => (
            <>
              <FixedPart label={t`Signature of the account`} html={account?.signature} />
              {original && (
                <QuotedPart
                  original={original}
                  isForward={isForward}
                  quote={writing.quote}
                  onQuote={(quote) => change({ quote })}
                  onShorten={(html) => {
                    change({ quote: false });
                    setShortened(html);
                  }}
                />
              )}
              <AttachedFiles
                files={writing.files}
                forwarded={forwarded}
                without={writing.forwardWithout}
                onWithout={(forwardWithout) => change({ forwardWithout })}
                onChange={files}
              />
              <div className="composer-tools">{tools}</div>
            </>
          )}
        </TextEditor>
      </div>
      {sending.problem !== undefined && (
        <p className="notice bad composer-problem" role="alert">
          <TriangleAlert size={18} aria-hidden />
          <span>{sending.problem instanceof Error ? textOf(sending.problem) : sending.problem}</span>
        </p>
      )}
      <footer className="composer-foot">
        <Button
          look="primary"
          icon={<SendHorizontal size={16} aria-hidden />}
          isPending={sending.isPending}
          onPress={() => sending.begin()}
        >
          {t`Send`}
        </Button>
        <SendLater
          isAnswer={writing.inReplyTo !== null}
          isDisabled={sending.isPending}
          onSend={(sendAt, cancelOnReply) => sending.begin({ sendAt, cancelOnReply })}
        />
        {sending.isSlow && (
          <output className="hint">{t`No answer yet. It is tried again, and your text is kept.`}</output>
        )}
        <KeptNote keeper={keeper} />
        <span className="gap" />
        <IconButton label={t`Attach files`} icon={<Paperclip size={17} />} onPress={() => chooser.current?.click()} />
        <IconButton
          label={t`Discard`}
          icon={<Trash2 size={17} />}
          onPress={() => (keeper.id === undefined && isEmpty(writing) ? onEnd() : setDiscarding(true))}
        />
        <input
          ref={chooser}
          hidden
          type="file"
          multiple
          aria-label={t`Attach files`}
          onChange={({ currentTarget }) => {
            files.add([...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
      </footer>
      {sending.doubts.length > 0 && (
        <DoubtsDialog doubts={sending.doubts} onSend={sending.sendAnyway} onClose={sending.stop} />
      )}
      {sending.moved && (
        <MovedDialog
          messages={sending.moved.messages}
          onSend={sending.sendAnyway}
          onClose={sending.stop}
          onRead={() => {
            sending.stop();
            onMinimise();
          }}
        />
      )}
      {discarding && <DiscardDialog onDiscard={leaving.discard} onClose={() => setDiscarding(false)} />}
    </div>
  );
}

function Sender({ writing, onChange }: { writing: Writing; onChange: (accountId: string) => void }): ReactNode {
  const { t } = useLingui();
  const accounts = useQuery(accountsQuery).data ?? [];
  const account = accounts.find(({ id }) => id === writing.accountId);
  return (
    <>
      {accounts.length > 1 && (
        <div className="composer-sender">
          <SelectField
            label={t`From`}
            value={writing.accountId}
            options={accounts.map(
              ({ id, address, name }) => [id, name && name !== address ? `${name} <${address}>` : address] as const,
            )}
            onChange={onChange}
          />
        </div>
      )}
      {account && account.status !== 'connected' && account.statusCause !== null && (
        <p className="notice warning">
          <TriangleAlert size={18} aria-hidden />
          <span>{t`This account cannot send at the moment. The message waits until it can.`}</span>
        </p>
      )}
    </>
  );
}

/** Colleagues that write an answer at the same moment. */
function Answering({ names }: { names: readonly string[] }): ReactNode {
  const { i18n } = useLingui();
  if (names.length === 0) return null;
  const people = new Intl.ListFormat(i18n.locale).format(names);
  return (
    <output className="notice warning">
      <PenLine size={18} aria-hidden />
      <span>
        {plural(names.length, {
          one: `${people} is writing an answer to this message, too.`,
          other: `${people} are writing an answer to this message, too.`,
        })}
      </span>
    </output>
  );
}
