import type { ConnectionStatus } from '../../api/answers.ts';
import type { DialogName } from '../../model/route.ts';
import { HealthCheckDialog } from './health-check.tsx';
import { ManualUpdateDialog } from './manual-update.tsx';
import { ReauthorizeDialog } from './reauthorize.tsx';
import { RefreshDialog } from './refresh.tsx';
import { RestoreDialog } from './restore.tsx';

/** What every operation's dialog is given. */
export interface OperationProps {
  readonly status: ConnectionStatus;
  /** To be called when something has changed: the page reads anew. */
  readonly onChanged: () => Promise<void>;
  readonly onClose: () => void;
}

/** The dialog that the address names. */
export function OperationDialog({ dialog, ...props }: OperationProps & { readonly dialog: DialogName }) {
  switch (dialog) {
    case 'reauthorize':
      return <ReauthorizeDialog {...props} />;
    case 'manual-update':
      return <ManualUpdateDialog {...props} />;
    case 'refresh':
      return <RefreshDialog {...props} />;
    case 'health-check':
      return <HealthCheckDialog {...props} />;
    case 'restore':
      return <RestoreDialog {...props} />;
  }
}
