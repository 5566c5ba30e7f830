import type { SigningKey } from '../../src/core/types.ts'

/** What auth signs with in tests, sealed under their secrets key: made once, as RSA keys take their time. */
export const fixedKeys: readonly SigningKey[] = [
  {
    id: 'ES256 1',
    kid: '_1Qitvz-EkjyV1ZexyTbLdNCUFgYpr9U4oQe_wv_xV8',
    alg: 'ES256',
    publicJwk: {
      kty: 'EC',
      x: 'umPtzxG9diWIFCbI6fgzdO00LzsNOXO3k3YKucYOMv8',
      y: '1x_7kesAX3eHmaQYVQ9otNr7zjGXw-SNza-AP-3FeCU',
      crv: 'P-256',
      kid: '_1Qitvz-EkjyV1ZexyTbLdNCUFgYpr9U4oQe_wv_xV8',
      alg: 'ES256',
      use: 'sig',
    },
    sealedPrivateJwk:
      'WpmjZxv4c1i0pmicBGbEqry02Qf0KG0ATl5vuKPl0y4NNUNuvtcwJNo3XBoZ-wtzcdn4pe8s26p7C7-orQRvrv0K2J3y67CYT7Q_vjAGiYtD2xgOkRZO8LJNwOHnLDhExe9dQO0JrnOAUavREAlNqxDkk1O-6hv28q6xZukb0-FoZeku2uln3RiY60eqipfIlweam4fvvRHzY35YZMqf4qC5PyyLy8nREgloy-dOQTdAfoHmk-9yhe6k_NeQ9k1Iq0S0kXWcFY6DHD91',
    createdAt: 1767225600000,
    signsFrom: 0,
    endsAt: null,
  },
  {
    id: 'RS256 1',
    kid: 'o9i2Ux7-2vYQDNU5YERgcZW1oYM_enkMdA3EeayvfHo',
    alg: 'RS256',
    publicJwk: {
      kty: 'RSA',
      n: 'xaX6TpfQpZciZAGVpQfb0HCbhDIqYDCTPonSlqrAKIrEMb1wMEoQ8WAqOUJRRXJhJNXEmazTgMAm9xWlsIOu0KSpdu8mh9vEquoHx1zijTxuxXTaXGqTLOkieN-bVWnUQfS7ei0pMnsTJpMKqeQBbBKlaNGgwH_UtgFCYgLTUGppCcY73IzwO8cKJHLgVYuVMeuDfI1vzb-ecxAqIVnWceg22kOeXBKBo6qiShbirh9C45TQhADzufYrDRS2J4UPefXssRswvJWPdAToX-TFSWzO5OGYypaPvf_LAwptFLixQlWYeVilW_04ua8KBX42FCK17DnYMbMbQQZnTSlNRQ',
      e: 'AQAB',
      kid: 'o9i2Ux7-2vYQDNU5YERgcZW1oYM_enkMdA3EeayvfHo',
      alg: 'RS256',
      use: 'sig',
    },
    sealedPrivateJwk:
      'AWMKfc86v6UNJLhcDMvxLXGV0hZAZvZStNDPNHdgxLDl_jNEdLi7GSdW3AqgD1zsOUGPKZtt3EqRaLbeoYD03TvnU6B1M3lxPTf2qi9rCOjjKv22ORlBfsIttlCirebwS94JwtHcKlWCsqXgbC1sDK5Eum6DgBk91IoFoQzHngzv9MlX-eTsWWVz5fvdbSVvJk90dZ6ITcTHB0xwOfTpX5Zv5xiEf7qRCc5GNVbjqA6aFyvyhxkll87bHq0U7L4mFWq05I002QM26TYLLwGKEKiBMjXthDY6nM8UNZ6ncfa7Q8tVGQK69Uvshf9b9miXZMCL8Zb0Kb61p4LykQCU2y0n6J6kB2ttCwLnOsTBFmeqPw0V74siKG5NOfWVzoalsSnkKEITFETyygW3vHHH9cb5Og1JxpXNKchqITscBWRA0BeumZqnOpDL3Tk-UeDBjv6m8nC73I1araFRkJzIHR0xLnxvBE5pXxAXKkEbiPB8jFq5qlOxH31JpgK7wsHJdZOQ2nB-nn4YQoZz2K_bRD8bzEUfbbGUA5M7_2wRpMqQZwv544mraSgiA0nkW3_Ew2EWVp_WFa4eG02p6AF8LupmA_nTh55w7Gf7-JipQCm3P5w8F8v8_FNDMPaTvJ4G4DUmNWf_NLslenAJy2lmEnGpc_U6XMLwNXl8APELdHuI8y1sC3ObDFdg5tOEEV2vi8BLFfDaXl9tXJlQWO9CkRJ1wYl4Gu_bs7wq7it3W_4SI98AzAvoHWmM4V9CjER54A8Efj6oIf1o35Vc9C6tz_qHXhAOJ9KA842bANmXeoUq9vibN9LsjQUCHtcYhIfwozvwYZTU4LBWpC6R5Xa2sf58OAFewhP1tecsqi0uiaQsTOHQbCHma-zafnPN48zuXdZiXDb4cItWdv4ErofVz0RqHBMbQBIHpYNhtdasiriH7NAIhp6WIcSQEzPmyO4dmfyypG8W3L38yWcGX9PiYVU1N7jlH2UrnicCbSySpACmXxF_1987Gkn9-vg4aw5KFwUpshafOMixTOgQWY803GaHZtl6DUIl6sTpn0jQ8Dp1rXizWviYU9aBqw5nm_c7ZOs0iDFDgsKTG96pRMq7Y5YUft7i-JiF527lh2Re6jSNcYNPpu3-NsPgFkuKxyqop7Jcr1YwO0JJzdTNQycEI5xWrox7wItmmPSYdJPeUhlqOxoaU6QP9ucUyr5tvfapdVcBrMJjCsUE-qmNW4_rM90UapCT9Qw47hPynqozG8Cp3TmKM_mrseeUAIBAAPMD6yMOSADFhuzFDgX7z0mLfyRMzqdrFUOddGBOTKs86meTvUKcUxSo92kmZGVY8Ukfh7pDX2JPSi-w5xVQL1454FOsXYdjBttM1VyPtnkW7zyRd923bJDDy9vtnMrTO9urlPhI0wFczrhRO-UVgIf5LcWUZE5ONtHhXfWKTbHYze5qw02qTV90xkaR9QnYIy5nHKiUG9qP7IYUiq-QYgNn1y0YI3KjEBVzOceTDmugyysDc2XvZdzcUAA9BJkOJ4xSZD5rg3Xx3KN_b4CjQpok-QCOzot-G2cMDzNA0M8opf7wfdfGjwvUgJPvwdRzC2QUnuJEpSCAed0Q5yMFsK2-ljNpOlJ8KWVIRJ1R4WRqovBO-8ciIDJUsXoi5neAvUg9xLfQXsxyRvfRGZpylVT-vM07nWUEPAPeIh4s2Gz6zyLFnieXlGeUWxlHl1GZ9jWHMTneyfoBSLfdYDaJb6gbXrtQ53bBVeIJOCSGqh1GeikmIwrUFPr4VvpdHt_2X05ic9bsg1JDZ31qPD89rvoEwJ2AvbBdIDV6cUXWJU022EQZ0VnR-V1HW-MVcFSJHBfTk9f667j4bCmOK8sUt3-I1lRt8sPlzyWjImZWbqNevQcfTY0ZJ7c1VLTaPz3FxAgfrGRF12K6TlovgwKDA1sndElwPrHwqeKr7xr5zxzDHg1Oj1emJrVVCNBqaKyw10qDrabN3MusqsfeGagx8QsYWoKUN14Q0mxC-0pH-5AUErfZaQ-SBRTYSZghjq30z6KV5_ehczHewjKF3mhJhhXdb2imUh9tq3UOEvOBvNbgyXXADWOT1TiGX2_ZVRnkGVP5wFCaeZCdpukg7FaJlVlGJZYv0ks4mWe93m4mmsoXiydRRoIERg93_B-9-O3nRiiKimPHdM0ZLIfBJoc',
    createdAt: 1767225600000,
    signsFrom: 0,
    endsAt: null,
  },
]
