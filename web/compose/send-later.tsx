import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Clock } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Popover } from 'react-aria-components/Popover';
import { Button } from '../shared/button.js';
import { CheckBox } from '../shared/check-box.js';
import { timeZone, useDates } from '../shared/dates.js';
import { IconButton } from '../shared/icon-button.js';
import { TextField } from '../shared/text-field.js';
import { localOf, momentOf, type SendTime, sendTimes } from './send-times.js';

const CHOICES: Record<SendTime['kind'], MessageDescriptor> = {
  evening: msg`This evening`,
  tomorrow: msg`Tomorrow morning`,
  monday: msg`Monday morning`,
};

interface Props {
  /** true: an answer can come to the conversation meanwhile */
  isAnswer: boolean;
  isDisabled: boolean;
  onSend: (sendAt: Date, cancelOnReply: boolean) => void;
}

/** Chooses the time at which a message leaves. */
export function SendLater({ isAnswer, isDisabled, onSend }: Props): ReactNode {
  const { t } = useLingui();
  const trigger = useRef<HTMLSpanElement>(null);
  const [opened, setOpened] = useState<Date>();
  return (
    <span ref={trigger}>
      <IconButton
        label={t`Send later`}
        aria-haspopup="dialog"
        icon={<Clock size={17} />}
        isDisabled={isDisabled}
        onPress={() => setOpened(new Date())}
      />
      <Popover
        className="popover"
        triggerRef={trigger}
        isOpen={opened !== undefined}
        placement="top start"
        offset={6}
        onOpenChange={(isOpen) => {
          if (!isOpen) setOpened(undefined);
        }}
      >
        {opened !== undefined && (
          <Times
            now={opened}
            isAnswer={isAnswer}
            onSend={(sendAt, cancelOnReply) => {
              setOpened(undefined);
              onSend(sendAt, cancelOnReply);
            }}
          />
        )}
      </Popover>
    </span>
  );
}

function Times({ now, isAnswer, onSend }: Pick<Props, 'isAnswer' | 'onSend'> & { now: Date }): ReactNode {
  const { t, i18n } = useLingui();
  const dates = useDates();
  const [local, setLocal] = useState('');
  const [cancelOnReply, setCancelOnReply] = useState(true);
  const at = momentOf(local, now);
  const wrong = local !== '' && at === undefined ? t`This time is over. Choose a later one.` : undefined;
  const send = (chosen: Date): void => onSend(chosen, isAnswer && cancelOnReply);
  const zone = timeZone().replaceAll('_', ' ');
  return (
    <Dialog className="dialog send-later">
      <Heading slot="title" level={2}>{t`Send later`}</Heading>
      <ul className="send-times">
        {sendTimes(now).map((time) => (
          <li key={time.kind}>
            <Button look="quiet" onPress={() => send(time.at)}>
              <span>{i18n._(CHOICES[time.kind])}</span>
              <span className="soft">{dates.moment(time.at)}</span>
            </Button>
          </li>
        ))}
      </ul>
      {isAnswer && (
        <CheckBox label={t`Do not send if an answer comes before`} value={cancelOnReply} onChange={setCancelOnReply} />
      )}
      <TextField
        label={t`Another time`}
        type="datetime-local"
        value={local}
        min={localOf(now)}
        hint={t`Time zone: ${zone}`}
        wrong={wrong}
        onChange={setLocal}
        onEnter={() => at && send(at)}
      />
      <div className="dialog-actions">
        <Button look="primary" isDisabled={at === undefined} onPress={() => at && send(at)}>
          {t`Send at this time`}
        </Button>
      </div>
    </Dialog>
  );
}
