import { createUser } from '@menshen/auth/admin/create'
import { deleteUser } from '@menshen/auth/admin/delete-user'
import { findUser, listUsers, type ShownUser, shownUser } from '@menshen/auth/admin/find-user'
import { disableUser, enableUser, grantRoles, revokeRoles, setPassword, unlockUser } from '@menshen/auth/admin/users'
import { type Role, roles } from '@menshen/auth/core/types'
import {
  ACCESS_TOKENS_END,
  type Command,
  type Context,
  first,
  type Input,
  type Option,
  type Outcome,
  UsageError,
} from './command.ts'
import { listed, pageAsked, pageOptions } from './page.ts'
import { fieldsOf, timeOf } from './table.ts'

const USER = 'A USER is named by user name, verified e-mail address, verified phone number, or sub.'
const userJson =
  '`{ "sub", "preferred_username", "claims", "identifiers", "roles", "disabledAt", "sessions", "grants", "updatedAt", "lastGrantAt", "version" }`'

const told = (user: ShownUser): Outcome => {
  const { claims, disabledAt, updatedAt, lastGrantAt, ...rest } = user
  const times = { disabledAt: timeOf(disabledAt), updatedAt: timeOf(updatedAt), lastGrantAt: timeOf(lastGrantAt) }
  return { json: user, text: fieldsOf({ ...rest, ...times, ...claims }) }
}

const stdin: Option = { about: 'Reads the password from the first line of standard input.' }

/** 8 to 256 characters, as `apply` wants it. */
async function newPassword(input: Input, { terminal }: Context): Promise<string> {
  const password = await terminal.secret('New password', { stdin: input.flag('stdin'), twice: true })
  if (password.length < 8 || password.length > 256) throw new UsageError('a password has 8 to 256 characters')
  return password
}

const create: Command = {
  name: 'user create',
  parameters: ['USERNAME'],
  options: {
    name: { value: 'NAME', about: 'The full name.' },
    email: { value: 'ADDRESS', about: 'The e-mail address.' },
    'email-verified': { about: 'The address is theirs: they may sign in with it.' },
    locale: { value: 'TAG', about: 'The language, such as zh-CN.' },
    zoneinfo: { value: 'ZONE', about: 'The time zone, such as Asia/Shanghai.' },
    stdin,
  },
  about: 'Makes an account; asks for its password without showing it.',
  help: 'What has no option here is in the file of `apply`.',
  examples: ['user create carol --name "Carol Wu" --email carol@example.org', 'user create carol --stdin < password.txt'],
  json: userJson,
  async run(input, context) {
    const password = await newPassword(input, context)
    const claims = ['name', 'email', 'locale', 'zoneinfo'].map((claim) => [claim, input.text(claim)])
    const given = Object.fromEntries(claims.filter(([, value]) => value !== undefined))
    const verified = input.flag('email-verified') ? { email_verified: true } : {}
    return told(await createUser({ username: first(input), password, ...given, ...verified }, await context.admin()))
  },
}

const list: Command = {
  name: 'user list',
  parameters: ['[PREFIX]'],
  options: pageOptions,
  about: 'Lists people by user name; those whose name begins with PREFIX.',
  examples: ['user list', 'user list al'],
  json: '`{ "items": [{ "sub", "preferred_username", "claims", "disabledAt", "roles" }], "next": cursor or null }`',
  async run(input, context) {
    const page = await listUsers({ ...pageAsked(input), prefix: input.words[0] }, await context.admin({ readOnly: true }))
    return listed(page, ['username', 'name', 'email', 'roles', 'state', 'sub'], (user) => [
      user.preferred_username,
      String(user.claims['name'] ?? '-'),
      String(user.claims['email'] ?? '-'),
      user.roles.join(' ') || '-',
      user.disabledAt === null ? 'in use' : 'disabled',
      user.sub,
    ])
  },
}

const show: Command = {
  name: 'user show',
  parameters: ['USER'],
  about: 'Shows an account: claims, roles, what identifies it, how many sessions and grants it has.',
  help: USER,
  examples: ['user show alice', 'user show alice@example.org --json'],
  json: userJson,
  async run(input, context) {
    const admin = await context.admin({ readOnly: true })
    return told(await shownUser(await findUser(first(input), admin), admin))
  },
}

const disable: Command = {
  name: 'user disable',
  parameters: ['USER'],
  about: 'Bans a person: nobody signs in to the account, and all sessions and grants end.',
  help: `Nobody signs in to the account any more; its sessions and grants are ended by a running auth within 5 seconds. ${ACCESS_TOKENS_END} ${USER}`,
  examples: ['user disable mallory --yes'],
  json: userJson,
  confirm: (input) => `Disable the account ${first(input)} and end all its sessions?`,
  run: async (input, context) => told(await disableUser(first(input), await context.admin())),
}

const enable: Command = {
  name: 'user enable',
  parameters: ['USER'],
  about: 'Lets a disabled person sign in again; what ended stays ended.',
  help: USER,
  examples: ['user enable mallory'],
  json: userJson,
  run: async (input, context) => told(await enableUser(first(input), await context.admin())),
}

const remove: Command = {
  name: 'user delete',
  parameters: ['USER'],
  about: 'Deletes an account, with everything that auth keeps of the person.',
  help: `It can't be undone. Nobody signs in to the account any more, and its user name is free. A running auth ends and erases the rest within 5 seconds:
sessions, grants, consents, and what the audit says of the person. Apps are told by Back-Channel Logout, the APIs by \`user.deleted\`. ${ACCESS_TOKENS_END}
The \`sub\` is never given to anybody else. ${USER}`,
  examples: ['user delete mallory --yes'],
  json: '`{ "sub", "preferred_username" }`',
  confirm: (input) => `Delete the account ${first(input)} with everything that is kept of the person? This can't be undone.`,
  async run(input, context) {
    const deleted = await deleteUser(first(input), await context.admin())
    return { json: deleted, text: `${deleted.preferred_username} is deleted` }
  },
}

const password: Command = {
  name: 'user set-password',
  parameters: ['USER'],
  options: { stdin },
  about: 'Gives an account another password and ends all its sessions and grants.',
  help: `The password is asked for without showing it. ${USER}`,
  examples: ['user set-password alice --yes', 'user set-password alice --yes --stdin < password.txt'],
  json: userJson,
  confirm: (input) => `Change the password of ${first(input)} and end all sessions?`,
  async run(input, context) {
    const typed = await newPassword(input, context)
    return told(await setPassword(first(input), typed, await context.admin()))
  },
}

const unlock: Command = {
  name: 'user unlock',
  parameters: ['USER'],
  about: 'Forgets the failed sign-ins of an account, so that its person need not wait.',
  help: `Devices on which the person signed in before, and addresses, have counts of their own, which stay. ${USER}`,
  examples: ['user unlock alice'],
  json: '`{ "user", "failures" }`: how many were forgotten',
  async run(input, context) {
    const unlocked = await unlockUser(first(input), await context.admin())
    return { json: unlocked, text: `${unlocked.user.preferred_username}: ${unlocked.failures} failed sign-ins are forgotten` }
  },
}

const rolesTyped = ({ words }: Input): Role[] =>
  words.slice(1).map((word) => {
    const role = roles.find((known) => known === word)
    if (!role) throw new UsageError(`${word} is no role: ${roles.join(', ')}`)
    return role
  })

const grantRole: Command = {
  name: 'user grant-role',
  parameters: ['USER', 'ROLE…'],
  about: 'Lets a person do more: admin, reviewer, developer.',
  help: `For pages of auth itself: admin runs this server, reviewer looks at what developers register, developer registers apps. No token carries roles,
so APIs keep their own. ${USER}`,
  examples: ['user grant-role alice admin reviewer'],
  json: userJson,
  run: async (input, context) => told(await grantRoles(first(input), rolesTyped(input), await context.admin())),
}

const revokeRole: Command = {
  name: 'user revoke-role',
  parameters: ['USER', 'ROLE…'],
  about: 'Takes roles from a person.',
  help: USER,
  examples: ['user revoke-role alice reviewer'],
  json: userJson,
  run: async (input, context) => told(await revokeRoles(first(input), rolesTyped(input), await context.admin())),
}

export const userCommands: readonly Command[] = [
  create,
  list,
  show,
  disable,
  enable,
  remove,
  password,
  unlock,
  grantRole,
  revokeRole,
]
