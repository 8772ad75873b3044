import * as z from 'zod';
import { accept, checkAuthorization, deny, type Redirect } from './authorization.ts';
import type { SimulatorContext } from './context.ts';
import type { ActiveFault } from './faults.ts';
import { faultSchema } from './faults.ts';
import * as inputs from './operation-inputs.ts';
import { settingsSchema, type ZohoSettings } from './settings.ts';
import type { DataCenterCode, RefreshToken, ZohoClient, ZohoUser } from './state.ts';
import { newClientId, newClientSecret, newNumericId, tokenReference } from './state.ts';
import { dropGrants, dropRefreshToken, issueGrantCode } from './tokens.ts';

/** An operation on the simulator cannot be done as asked; the message says why and what is expected. */
export class OperationError extends Error {
  readonly code = 'OPERATION_REFUSED';
}

/** What a test or a person can do to the simulated Zoho, from the process or over `/_control`. */
export type Operations = ReturnType<typeof createOperations>;

/** @param defaults where users and clients live unless told otherwise, and the settings that a reset returns to */
export function createOperations(
  context: SimulatorContext,
  defaults: { readonly homeDataCenter: DataCenterCode; readonly settings: ZohoSettings },
) {
  const { state, settings, faults, journal, origins, nowMs } = context;
  const save = () => state.save(nowMs());

  return {
    /** Registers a user, or changes the one with this e-mail; with an organisation of their own unless given. */
    registerUser(input: z.input<typeof inputs.userSchema>): ZohoUser {
      const parsed = inputs.userSchema.parse(input);
      const known = state.findUser(parsed.email);
      const user: ZohoUser = {
        email: parsed.email,
        name: parsed.name ?? known?.name ?? parsed.email,
        zuid: known?.zuid ?? newNumericId(9),
        dataCenter: parsed.dataCenter ?? known?.dataCenter ?? defaults.homeDataCenter,
        organizations: parsed.organizations?.map(completeOrganization) ??
          known?.organizations ?? [completeOrganization({ name: `Organization of ${parsed.email}` })],
        crmPermission: parsed.crmPermission ?? known?.crmPermission ?? true,
      };
      state.document.users = upsert(state.document.users, user, (other) => other.email === user.email);
      save();
      return user;
    },

    /** Registers an OAuth client, or changes the one with this id; id and secret are made up unless given. */
    registerClient(input: z.input<typeof inputs.clientSchema>): ZohoClient {
      const parsed = inputs.clientSchema.parse(input);
      const known = state.findClient(parsed.id ?? '');
      const client: ZohoClient = {
        id: parsed.id ?? newClientId(),
        name: parsed.name,
        secret: parsed.secret ?? known?.secret ?? newClientSecret(),
        secretByDataCenter: parsed.secretByDataCenter ?? known?.secretByDataCenter ?? {},
        redirectUris: parsed.redirectUris,
        homeDataCenter: parsed.homeDataCenter ?? known?.homeDataCenter ?? defaults.homeDataCenter,
        multiDataCenter: parsed.multiDataCenter ?? known?.multiDataCenter ?? true,
        disabled: known?.disabled ?? false,
      };
      state.document.clients = upsert(state.document.clients, client, (other) => other.id === client.id);
      save();
      return client;
    },

    /** Does what a user does on the consent page, without a browser. Like Zoho, `accessType` defaults to `online`. */
    consent(input: z.input<typeof inputs.consentSchema>): Redirect {
      const parsed = inputs.consentSchema.parse(input);
      const client = findClient(parsed.clientId);
      const check = checkAuthorization(context, authorizationParameters(parsed), client.homeDataCenter);
      if (check.kind === 'invalid') throw new OperationError(`${check.error}: ${check.message}`);
      if (parsed.decision === 'deny') return deny(check.request);
      const { user, organization } = findAccount(parsed.user, parsed.organization);
      const redirect = accept(context, check.request, user, organization);
      save();
      return redirect;
    },

    /** Issues what Zoho's console issues to a Self Client: a grant code for offline access, without a redirect. */
    issueGrantCode(input: z.input<typeof inputs.grantCodeSchema>): { code: string; expiresAtMs: number } {
      const parsed = inputs.grantCodeSchema.parse(input);
      const client = parsed.clientId === undefined ? onlyClient() : findClient(parsed.clientId);
      const { user, organization } = findAccount(parsed.user, parsed.organization);
      const { code, expiresAtMs } = issueGrantCode(
        context,
        {
          clientId: client.id,
          email: user.email,
          organization: organization.zgid,
          scopes: parsed.scopes,
          dataCenter: user.dataCenter,
        },
        { redirectUri: null, offline: true },
      );
      save();
      return { code, expiresAtMs };
    },

    addFault: (input: z.input<typeof faultSchema>): ActiveFault =>
      faults.add(faultSchema.parse(input), nowMs()),

    /** Switches off one fault by its id, or all of them. */
    clearFaults(input: z.input<typeof inputs.clearFaultsSchema> = {}): void {
      faults.clear(inputs.clearFaultsSchema.parse(input).id);
    },

    /** The user removed this token in their account's settings: dead, with its access tokens. */
    revokeRefreshToken(input: z.input<typeof inputs.refreshTokenSchema>): void {
      dropRefreshToken(context, findRefreshToken(inputs.refreshTokenSchema.parse(input).refreshToken).token);
      save();
    },

    /** Pushes out the oldest refresh token of a user and client, as the 21st consent does. */
    evictOldest(input: z.input<typeof inputs.userAndClientSchema>): { refreshToken: string } {
      const { user, clientId } = inputs.userAndClientSchema.parse(input);
      const oldest = state.document.refreshTokens.find(
        (token) => token.email === user && token.clientId === clientId,
      );
      if (!oldest) throw new OperationError(`user ${user} has no refresh token of client ${clientId}`);
      dropRefreshToken(context, oldest.token);
      save();
      return { refreshToken: tokenReference(oldest.token) };
    },

    /** The user changes the password and, unless told otherwise, terminates the API tokens. */
    changePassword(input: z.input<typeof inputs.changePasswordSchema>): void {
      const { user, terminateApiTokens } = inputs.changePasswordSchema.parse(input);
      const { email } = findAccount(user).user;
      if (terminateApiTokens) dropGrants(context, (grant) => grant.email === email);
      save();
    },

    /** The user removes the app from their account: its tokens die, and the next consent counts as the first. */
    removeApp(input: z.input<typeof inputs.userAndClientSchema>): void {
      const { user, clientId } = inputs.userAndClientSchema.parse(input);
      const matches = (grant: { email: string; clientId: string }) =>
        grant.email === user && grant.clientId === clientId;
      state.document.consents = state.document.consents.filter((consent) => !matches(consent));
      dropGrants(context, matches);
      save();
    },

    /** A disabled client is answered `invalid_client`; its tokens are kept for when it is enabled again. */
    setClientDisabled(input: z.input<typeof inputs.clientDisabledSchema>): void {
      const { clientId, disabled } = inputs.clientDisabledSchema.parse(input);
      findClient(clientId).disabled = disabled;
      save();
    },

    /** Deletes a client and all that was ever granted to it. */
    deleteClient(input: z.input<typeof inputs.clientIdSchema>): void {
      const { id } = findClient(inputs.clientIdSchema.parse(input).clientId);
      state.document.clients = state.document.clients.filter((client) => client.id !== id);
      state.document.consents = state.document.consents.filter((consent) => consent.clientId !== id);
      dropGrants(context, (grant) => grant.clientId === id);
      save();
    },

    /** Changes the named settings and keeps the others. */
    changeSettings(input: Partial<ZohoSettings>): ZohoSettings {
      const changes = z.looseObject({}).parse(input);
      return Object.assign(settings, settingsSchema.parse({ ...settings, ...changes }));
    },

    /** Forgets everything: users, clients, tokens, faults, the journal, changed settings. */
    reset(): void {
      state.clear();
      faults.clear();
      journal.clear();
      Object.assign(settings, defaults.settings);
    },
  };

  function findClient(id: string): ZohoClient {
    const client = state.findClient(id);
    if (!client) throw new OperationError(`client ${id} is not registered; register it first`);
    return client;
  }

  function onlyClient(): ZohoClient {
    const [client, ...others] = state.document.clients;
    if (client && others.length === 0) return client;
    throw new OperationError(`there are ${client ? others.length + 1 : 'no'} clients; name one by clientId`);
  }

  function findAccount(email: string, zgid?: string) {
    const user = state.findUser(email);
    if (!user) throw new OperationError(`user ${email} is not registered; register them first`);
    if (!origins.has(user.dataCenter)) {
      throw new OperationError(
        `data centre ${user.dataCenter} of user ${email} is not open; open it with openDataCenter`,
      );
    }
    const organization = user.organizations.find((candidate) => !zgid || candidate.zgid === zgid);
    if (!organization) throw new OperationError(`user ${email} has no organization ${zgid}`);
    return { user, organization };
  }

  function findRefreshToken(selector: string): RefreshToken {
    const found = state.document.refreshTokens.find(
      ({ token }) => token === selector || tokenReference(token) === selector,
    );
    if (!found) throw new OperationError('no living refresh token has this value or reference');
    return found;
  }
}

function upsert<T>(list: readonly T[], item: T, same: (other: T) => boolean): T[] {
  return list.some(same) ? list.map((other) => (same(other) ? item : other)) : [...list, item];
}

function completeOrganization({
  id,
  zgid,
  name,
}: {
  id?: string | undefined;
  zgid?: string | undefined;
  name: string;
}) {
  return { id: id ?? newNumericId(19), zgid: zgid ?? newNumericId(11), name };
}

function authorizationParameters(input: z.output<typeof inputs.consentSchema>): URLSearchParams {
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: input.clientId,
    redirect_uri: input.redirectUri,
    scope: input.scopes.join(','),
    access_type: input.accessType,
  });
  if (input.prompt !== undefined) parameters.set('prompt', input.prompt);
  if (input.state !== undefined) parameters.set('state', input.state);
  return parameters;
}
