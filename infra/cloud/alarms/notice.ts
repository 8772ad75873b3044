import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { runbookAt } from '../../../lib/config/alerts-configuration.ts';
import type { AlarmRunbook } from './runbooks.ts';

/** What whoever is told at night has to know first. */
export interface Notice {
  /** `critical` gets somebody up, `warning` is for the day. */
  readonly severity: 'critical' | 'warning';
  /** What happens to consumers, in a sentence. */
  readonly impact: string;
  /** What to do. */
  readonly runbook: AlarmRunbook;
}

/** Where alarms are told. */
export interface AlarmChannel {
  readonly topic: ITopic;
  /** Where runbooks can be read; null names the file. */
  readonly runbooksUrl: string | null;
}

/** Such as `[critical] Consumers are about to stop. Runbook: https://…/token-expiring.md`. */
export function describeNotice({ severity, impact, runbook }: Notice, runbooksUrl: string | null): string {
  return `[${severity}] ${impact} Runbook: ${runbookAt(runbooksUrl, runbook)}`;
}

/** The name of an alarm or a rule, as e-mails show it. */
export function alarmName(runbook: AlarmRunbook): string {
  return `zoho-token-recovery-${runbook}`;
}
