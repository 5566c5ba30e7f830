import {
  deleteClient,
  disableClient,
  enableClient,
  findClient,
  listClients,
  type ShownClient,
  shownClient,
} from '@menshen/auth/admin/clients'
import { createClient } from '@menshen/auth/admin/create'
import { dropOldSecrets, rotateSecret } from '@menshen/auth/admin/rotate-secret'
import { ACCESS_TOKENS_END, type Command, first, type Outcome, UsageError } from './command.ts'
import { listed, pageAsked, pageOptions } from './page.ts'
import { fieldsOf, timeOf } from './table.ts'

const clientJson =
  'the client with its metadata (RFC 7591 section 2), `disabledAt`, `version`, and `secrets`: how many are in force'

const told = (client: ShownClient, note = ''): Outcome => ({
  json: client,
  text: `${fieldsOf({ ...client, disabledAt: timeOf(client.disabledAt) })}${note === '' ? '' : `\n\n${note}`}`,
})

const secretNote = (secret: string) => `client_secret  ${secret}\n\nIt is shown this once: only its hash is kept.`

const create: Command = {
  name: 'client create',
  parameters: ['CLIENT_ID'],
  options: {
    name: { value: 'NAME', about: 'What people read; the CLIENT_ID when left out.' },
    'redirect-uri': {
      value: 'URI',
      multiple: true,
      about: 'Where people are sent back to; for authorization_code, which is the default grant.',
    },
    'post-logout-redirect-uri': { value: 'URI', multiple: true, about: 'Where people may go once they have signed out.' },
    'backchannel-logout-uri': { value: 'URL', about: 'Where it is told, from server to server, that somebody signed out.' },
    grant: { value: 'GRANT', multiple: true, about: 'authorization_code, refresh_token, client_credentials or password.' },
    scope: { value: 'SCOPES', about: 'What it may ask for, separated by spaces.' },
    auth: {
      value: 'METHOD',
      about: 'client_secret_basic (default), client_secret_post, client_secret_jwt, private_key_jwt or none.',
    },
    'jwks-uri': { value: 'URL', about: 'Where it publishes its keys, for private_key_jwt.' },
    dialect: { value: 'DIALECT', about: 'authserver, egg or wechat: the server it was written for, where COMPAT names it.' },
    owner: { value: 'NAME', about: 'Whose app it is: a `sub`, or a name.' },
    uri: { value: 'URL', about: 'Its home page.' },
    'first-party': { about: 'One of our own: no consent is asked for.' },
    'require-pkce': { about: 'It must use PKCE (RFC 7636).' },
  },
  about: 'Registers a client and shows its secret, once.',
  help: 'What has no option here is in the file of `apply`.',
  examples: [
    "client create bookshop --redirect-uri https://bookshop.example/callback --grant authorization_code --grant refresh_token --scope 'openid profile'",
    "client create report-job --grant client_credentials --scope 'user:list' --first-party",
  ],
  json: '`{ "client", "client_secret" }`: `client` as `client show` prints it; no `client_secret` where there is none',
  async run(input, context) {
    const optional = {
      client_name: input.text('name'),
      client_uri: input.text('uri'),
      scope: input.text('scope'),
      token_endpoint_auth_method: input.text('auth'),
      jwks_uri: input.text('jwks-uri'),
      dialect: input.text('dialect'),
      owner: input.text('owner'),
      backchannel_logout_uri: input.text('backchannel-logout-uri'),
      grant_types: input.texts('grant').length > 0 ? input.texts('grant') : undefined,
    }
    const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
    const made = await createClient(
      {
        client_id: first(input),
        redirect_uris: [...input.texts('redirect-uri')],
        post_logout_redirect_uris: [...input.texts('post-logout-redirect-uri')],
        first_party: input.flag('first-party'),
        require_pkce: input.flag('require-pkce'),
        ...given,
      },
      await context.admin(),
    )
    return { json: made, text: told(made.client, made.client_secret && secretNote(made.client_secret)).text }
  },
}

const list: Command = {
  name: 'client list',
  options: pageOptions,
  about: 'Lists the clients by client_id.',
  examples: ['client list', 'client list --json --limit 1000'],
  json: '`{ "items": [client], "next": cursor or null }`, each client as `client show` prints it',
  async run(input, context) {
    const page = await listClients(pageAsked(input), await context.admin({ readOnly: true }))
    return listed(page, ['client_id', 'name', 'grants', 'auth', 'party', 'dialect', 'state'], (client) => [
      client.client_id,
      client.client_name,
      client.grant_types.join(' '),
      client.token_endpoint_auth_method,
      client.first_party ? 'first' : 'third',
      client.dialect ?? '',
      client.disabledAt === null ? 'in use' : 'disabled',
    ])
  },
}

const show: Command = {
  name: 'client show',
  parameters: ['CLIENT_ID'],
  about: 'Shows all that is known of a client, but its secrets.',
  examples: ['client show bookshop'],
  json: clientJson,
  run: async (input, context) => told(shownClient(await findClient(first(input), await context.admin({ readOnly: true })))),
}

const rotate: Command = {
  name: 'client rotate-secret',
  parameters: ['CLIENT_ID'],
  options: {
    keep: { about: 'The last secret stays in force beside the new one, until --finish.' },
    finish: { about: 'Makes no secret, but takes all out of force except the newest.' },
  },
  about: 'Gives a client another secret and shows it, once.',
  help: 'Without --keep the old secret is refused within 5 seconds. With it, change the client in your own time, then --finish.',
  examples: [
    'client rotate-secret bookshop --keep',
    'client rotate-secret bookshop --finish',
    'client rotate-secret bookshop --yes',
  ],
  json: '`{ "client", "client_secret" }`; with --finish no `client_secret`',
  confirm: (input) =>
    input.flag('keep') ? `Give ${first(input)} one more secret?` : `End secrets of ${first(input)} that are in use now?`,
  async run(input, context) {
    if (input.flag('keep') && input.flag('finish')) throw new UsageError('--keep and --finish do not go together')
    const admin = await context.admin()
    if (input.flag('finish')) {
      const client = await dropOldSecrets(first(input), admin)
      return { json: { client }, text: told(client).text }
    }
    const rotated = await rotateSecret(first(input), { keep: input.flag('keep') }, admin)
    return { json: rotated, text: secretNote(rotated.client_secret) }
  },
}

const disable: Command = {
  name: 'client disable',
  parameters: ['CLIENT_ID'],
  about: 'Gives nothing to a client any more, until it is enabled.',
  help: `It gets no tokens, nobody is sent to it, and what it holds is not active at introspection and userinfo. ${ACCESS_TOKENS_END}`,
  examples: ['client disable bookshop --yes'],
  json: clientJson,
  confirm: (input) => `Disable ${first(input)}?`,
  run: async (input, context) => told(await disableClient(first(input), await context.admin())),
}

const enable: Command = {
  name: 'client enable',
  parameters: ['CLIENT_ID'],
  about: 'Lets a disabled client go on.',
  examples: ['client enable bookshop'],
  json: clientJson,
  run: async (input, context) => told(await enableClient(first(input), await context.admin())),
}

const remove: Command = {
  name: 'client delete',
  parameters: ['CLIENT_ID'],
  about: 'Takes a client away, with all it was given and what people agreed to.',
  help: 'Another client of this name inherits nothing. Refused while an API names it among its client_ids.',
  examples: ['client delete bookshop --yes'],
  json: 'the client as it was',
  confirm: (input) => `Delete ${first(input)} and all it was given?`,
  async run(input, context) {
    const client = await deleteClient(first(input), await context.admin())
    return { json: client, text: `${client.client_id} is deleted` }
  },
}

export const clientCommands: readonly Command[] = [create, list, show, rotate, disable, enable, remove]
