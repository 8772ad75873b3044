import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { KeeperFunction } from './keeper-function.ts';

/** What drives the keeper: the tick takes every connection, the sweep what is due (docs/adr/0009-tick-and-sweep.md). */
export class RefreshSchedules extends Construct {
  constructor(scope: Construct, id: string, props: { refresh: KeeperFunction; sweep: KeeperFunction }) {
    super(scope, id);
    this.#addRule('Tick', {
      description: 'Refreshes every Zoho access token ten minutes before it expires',
      // An access token lives for an hour.
      every: Duration.minutes(50),
      target: props.refresh,
    });
    this.#addRule('Sweep', {
      description: 'Refreshes what is due and was not: missed ticks, retries, leftovers of a crash',
      every: Duration.minutes(1),
      target: props.sweep,
    });
  }

  #addRule(id: string, rule: { description: string; every: Duration; target: KeeperFunction }): void {
    new Rule(this, id, {
      description: rule.description,
      schedule: Schedule.rate(rule.every),
      // The state says what is due, so the message says nothing.
      targets: [new LambdaFunction(rule.target.lambda, { event: RuleTargetInput.fromObject({}) })],
    });
  }
}
