/**
 * What WeChat's open platform calls the failures that can happen here: its number, its wording, and for the docs when it comes. The numbers are
 * its own, so that an integration which knows them need not be changed.
 */
export const errcodes = {
  systemError: [-1, 'system error', 'Something went wrong here; the log has it. Try again.'],
  ok: [0, 'ok', '`/sns/auth`: the access token holds and is of this person.'],
  invalidCredential: [
    40001,
    'invalid credential, access_token is invalid or not latest',
    'The access token is none of ours or of no app of this dialect, or what it rests on was withdrawn.',
  ],
  invalidGrantType: [40002, 'invalid grant_type', '`grant_type` is missing or not the one of the endpoint.'],
  invalidOpenid: [40003, 'invalid openid', 'The access token is of somebody else, or this is not how this app knows them.'],
  invalidAppid: [40013, 'invalid appid', 'No app of this dialect has this `appid`, or it is disabled.'],
  invalidCode: [40029, 'invalid code', 'The code is unknown, expired, or was given to another app or redirect URI.'],
  invalidRefreshToken: [40030, 'invalid refresh_token', 'The refresh token is unknown, expired, used before or of another app.'],
  invalidSecret: [40125, 'invalid appsecret', 'The secret is not that of the app.'],
  codeUsed: [40163, 'code been used', 'The code was used before; what it gave is revoked.'],
  missingAccessToken: [41001, 'access_token missing', '`access_token` is missing.'],
  missingAppid: [41002, 'appid missing', '`appid` is missing.'],
  missingRefreshToken: [41003, 'refresh_token missing', '`refresh_token` is missing.'],
  missingSecret: [41004, 'appsecret missing', '`secret` is missing.'],
  missingCode: [41008, 'missing code', '`code` is missing.'],
  missingOpenid: [41009, 'missing openid', '`openid` is missing.'],
  expiredAccessToken: [42001, 'access_token expired', 'The access token has expired: refresh it.'],
  tooMany: [
    45011,
    'api minute-quota reach limit, must slower, retry next minute',
    'Too many requests, or too many wrong secrets.',
  ],
  malformed: [47001, 'data format error', 'The query or form is malformed or too large, or has a parameter twice.'],
  unauthorized: [
    48001,
    'api unauthorized',
    'The app is not registered for this, or the access token lacks `snsapi_login` or `snsapi_userinfo`.',
  ],
} as const satisfies Record<string, readonly [errcode: number, errmsg: string, when: string]>

export type Fault = Exclude<keyof typeof errcodes, 'ok'>

/** The body of an answer that is an errcode. */
export function errcodeBody(name: keyof typeof errcodes): { errcode: number; errmsg: string } {
  const [errcode, errmsg] = errcodes[name]
  return { errcode, errmsg }
}
