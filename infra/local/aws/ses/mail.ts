/** A mail on its way out, from either version of the API. */
export interface OutgoingMail {
  /** What its header says, with a display name or without. */
  readonly from: string;
  /** Everybody in whose name it is sent: each has to be verified. */
  readonly senders: readonly string[];
  readonly recipients: Recipients;
  readonly replyTo: readonly string[];
  /** In the shape of the API's second version, without templates. */
  readonly content: { readonly Simple: object } | { readonly Raw: { readonly Data: string } };
}

export interface Recipients {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

export function everybodyOf({ to, cc, bcc }: Recipients): readonly string[] {
  return [...to, ...cc, ...bcc];
}

export function keepRecipients({ to, cc, bcc }: Recipients, isKept: (one: string) => boolean): Recipients {
  return { to: to.filter(isKept), cc: cc.filter(isKept), bcc: bcc.filter(isKept) };
}
