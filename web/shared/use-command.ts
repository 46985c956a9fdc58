import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useProblemText } from './problem-text.js';
import { tell } from './toasts.js';

interface Command {
  run: () => Promise<unknown>;
  done?: string;
  undo?: () => Promise<unknown>;
}

/**
 * Runs a command, tells its outcome with an undo where one is given, and loads the named queries again.
 * @param words first words of the keys of these queries
 */
export function useCommand(...words: string[]): { run: (command: Command) => void; pending: boolean } {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const { mutate, isPending } = useMutation({
    mutationFn: ({ run }: Command) => run(),
    onSuccess: (_, { done = t`Saved`, undo }) => {
      tell({ text: done, ...(undo ? { action: { label: t`Undo`, run: () => mutate({ run: undo }) } } : {}) });
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      for (const word of words) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  return { run: mutate, pending: isPending };
}
