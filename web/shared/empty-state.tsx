import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** true: this is all that the screen shows */
  alone?: boolean;
}

/** Why a place is empty, and the next step. */
export function EmptyState({ icon, title, children, action, alone = false }: Props): ReactNode {
  return (
    <div className="state">
      {icon !== undefined && (
        <span className="icon" aria-hidden>
          {icon}
        </span>
      )}
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}
