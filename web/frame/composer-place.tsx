import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../shared/button.js';
import { useCompositions } from '../shared/compositions.js';

/** The windows of messages being written; their code, with the editor, is loaded for the first of them. */
export function ComposerPlace(): ReactNode {
  const { t } = useLingui();
  const isWanted = useCompositions().length > 0;
  const code = useQuery({
    queryKey: ['code of the composer'],
    enabled: isWanted,
    staleTime: 'static',
    gcTime: Infinity,
    queryFn: async () => ({ Dock: (await import('../compose/composer-dock.js')).ComposerDock }),
  });
  if (!isWanted) return null;
  if (code.data) return <code.data.Dock />;
  if (!code.isError) return null;
  return (
    <p className="banner" role="alert">
      {t`The window for a new message could not be loaded.`}
      <Button small onPress={() => void code.refetch()}>{t`Try again`}</Button>
    </p>
  );
}
