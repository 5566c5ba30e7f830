import { errcodes } from '@menshen/auth/compat/authserver/envelope'
import { authserverScopes } from '@menshen/auth/compat/authserver/words'
import { errcodes as wechatErrcodes } from '@menshen/auth/compat/wechat/errcodes'
import { wechatScopes } from '@menshen/auth/compat/wechat/words'
import { lifetimes } from '@menshen/auth/core/dialect'
import { errorCodes } from '@menshen/auth/core/errors'
import { addressTable } from './dialect-addresses.ts'
import { code, page, table } from './markdown.ts'

/** docs/dialects.md */
export const dialectsPage = (): string =>
  page(
    '# Dialects',
    `Integrations that were written for another server change only the host: auth answers a client in the dialect that it registered (\`dialect\`), where
\`COMPAT\` names it. The demo speaks all of them; in production none is spoken unless it is named, and its addresses are 404. A client of one dialect exists for no
other, nor for the core, and a client of the core for none ([ADR 0014](adr/0014-dialects.md)). How to bring an integration here, what differs, and how to leave the dialect:
[guides/move-from-another-server.md](guides/move-from-another-server.md).`,
    `Every dialect is weaker than the core: secrets and tokens travel in addresses, nobody has to use PKCE, a secret may be 8 characters long, authserver and wechat refresh without a
secret. So register clients of a dialect only for what can not be changed yet; \`menshen client list\` and \`menshen doctor\` name them, the log says \`dialect\` for each of
their requests, and the metadata documents list \`menshen_compat\`.`,
    table(
      ['dialect', 'access tokens, in seconds', 'codes, in seconds'],
      Object.entries(lifetimes).map(([name, { accessToken, code: codes }]) => [code(name), String(accessToken), String(codes)]),
    ),
    'An API that wants shorter access tokens gets them. Who a person is, each client is told by a subject of its own (`openid`).',
    '## authserver',
    '`/authorize`, `/oauth2/authorize` and `/token` also answer its clients, in its words.',
    addressTable('authserver'),
    scopeTable(
      authserverScopes,
      'Commas or blanks between several; granted scopes are told with commas, `user_info` for those two.',
    ),
    `Failures of \`/oauth2/access_token\`, \`/oauth2/refresh_token\` and \`/client/add\` come as \`{ "result": false, "errcode", "msg", "data": null }\`; \`errcode\` is 2000 when all went well.`,
    table(
      ['errcode', 'HTTP', 'msg begins with', 'RFC'],
      Object.entries(errcodes).map(([name, [errcode, msg]]) => {
        const [status, source] = errorCodes[name as keyof typeof errcodes]
        return [
          String(errcode),
          name === 'temporarily_unavailable' ? '429, 503' : String(status),
          msg,
          `${code(name)}, ${source}`,
        ]
      }),
    ),
    `### Who may register an app at /client/add

| who | how | whose app it is |
| --- | --- | --- |
| who has an initial access token (RFC 7591 section 3) | GET or POST with \`Authorization: Bearer TOKEN\`, from [\`menshen registration-token create\`](cli.md#registration-token-create); never in the address | nobody's |
| a person who is signed in | opens \`/client/add\` in a browser and confirms the form; the address may fill it in | theirs (\`owner\`) |
| anybody, with \`COMPAT_OPEN_REGISTRATION\` | GET or POST, as the notes write it; in the demo, refused at start in production | nobody's |

\`clientName\` and \`redirectUrl\` are needed, \`description\` is not; they come in the query, in a form or as JSON, in UTF-8 and each once, 200 characters at most (an address 2000). The address is of a website (https, or http to this machine), and the name has no invisible characters.
The answer is the only one that shows \`clientSecret\`. Such an app is a third party's: people are asked before it gets \`profile user:read\`, and never see its description.
\`REGISTRATION_LIMIT\` bounds what comes without a token. curl sends other letters than ASCII as they are, which no HTTP server has to take: let it encode them.

    curl --get -H "Authorization: Bearer $TOKEN" http://localhost:8060/client/add \\
      --data-urlencode clientName=应用名称 --data-urlencode redirectUrl=http://localhost:8051/test --data-urlencode description=应用描述`,
    '## egg',
    `The routes of the example that stands on egg-oauth2-server, and what they answer here; [examples/egg-client](../examples/egg-client/README.md) uses them.`,
    table(
      ['route', 'takes', 'answers'],
      eggRoutes.map(([route, takes, answers]) => [route.split(', ').map(code).join(', '), takes, answers]),
    ),
    `Failures are those of RFC 6749, \`{ "error", "error_description" }\` with their HTTP status ([errors.md](errors.md)), behind a token also in \`WWW-Authenticate\`. What a page of
another site makes a browser send by POST to \`/users\` and \`/users/authorize\` is refused (\`Origin\`, \`Sec-Fetch-Site\`): a form of your own posts to your own server, and that one to auth.`,
    '## wechat',
    addressTable('wechat'),
    scopeTable(wechatScopes, 'Commas between several; `snsapi_login` is told for the latter two.'),
    `What is under \`/sns\` answers always with status 200; \`lang\` changes nothing at \`/sns/userinfo\`. \`openid\` is of one app, \`unionid\` of the apps of one \`owner\`. What differs from WeChat: the whole
\`redirect_uri\` must be registered, not its host alone; a \`redirect_uri\` that is sent with a code must be that of the code; people agree to \`snsapi_base\`, too; a refresh token
is used up and followed by another one, and one that is used again ends the sign-in. A request that must not lead back to the app shows a page, and so
does every other mistake of the app; who refuses goes back with \`state\` alone.`,
    table(
      ['`/sns/userinfo`', 'claim'],
      Object.entries(profileSources).map(([member, claim]) => [code(member), claim]),
    ),
    table(
      ['errcode', 'errmsg', 'when'],
      Object.values(wechatErrcodes).map(([errcode, errmsg, when]) => [String(errcode), code(errmsg), when]),
    ),
    '## response_type=token',
    `The implicit grant puts an access token into the address of a page, where histories, extensions and scripts can read it (RFC 9700 section 2.1.2). \`COMPAT=implicit\` allows it to
clients that registered \`response_types\` token and \`grant_types\` implicit; all others are told to use the code flow with PKCE, which a page without a back end can do as well.`,
  )

const profileSources = {
  nickname: '`nickname`, else `name`, else `preferred_username`',
  sex: '`gender`: 1 for male, 2 for female, else 0',
  'province, city, country': '`region`, `locality` and `country` of `address`, where that scope was granted',
  headimgurl: '`picture`',
  privilege: 'none: always empty',
}

const scopeTable = (scopes: Readonly<Record<string, string>>, note: string) =>
  `${table(
    ['scope', 'asks for'],
    Object.entries(scopes).map(([name, asked]) => [code(name), asked.split(' ').map(code).join(' ')]),
  )}\n\n${note} Others are those of the APIs, by their own names.`

const eggRoutes = [
  [
    'GET /authorize, GET /users/authorize',
    'the authorization request',
    'pages of auth, then the redirect with `code`, `state` and `iss`',
  ],
  [
    'POST /users/authorize',
    'the same with `username` and `password`, in the form or in the address',
    '302 with the code for a `first_party` client, else 302 to the page on which the person agrees; a wrong password is 400 `invalid_grant` and no redirect',
  ],
  [
    'POST /users/token',
    'a form: `grant_type` authorization_code, refresh_token, client_credentials, or password for a `first_party` client; the client in the form or by Basic',
    'RFC 6749 section 5.1, and `accessToken`, `accessTokenExpiresAt`, `refreshToken`, `refreshTokenExpiresAt` (ISO 8601), `client` and `user` as ids',
  ],
  [
    'GET /users/authenticate, POST /users/authenticate',
    'the access token as Bearer, or `access_token` in the form of a POST',
    '`{"msg":"successed!"}`; 401 for any token that is not good',
  ],
  [
    'GET /users',
    'the access token as Bearer; `limit` (100 at most) and `cursor`',
    '`[{ "id", "name" }]`: with `user:list` a page of people, and the next in `Link`; else the person of the token, with the name when the scope has `profile`',
  ],
  [
    'POST /users',
    '`name`, `password`; `firstname`, `lastname`, `email` when there are any; a form or JSON',
    '`{ "id", "name" }`, the account made by the rules of the sign-up page; this `id` is the account\'s own `sub`, not the one that apps know',
  ],
] as const
