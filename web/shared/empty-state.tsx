import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Why a place is empty, and the next step. */
export function EmptyState({ icon, title, children, action }: Props): ReactNode {
  return (
    <div className="state">
      {icon !== undefined && (
        <span className="icon" aria-hidden>
          {icon}
        </span>
      )}
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}
