/** The passwords of 8 characters or more that are guessed first, in small letters (NIST SP 800-63B section 3.1.1.2). */
export const commonPasswords: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 12345678910 87654321 987654321 0123456789 11111111 111111111 00000000 000000000 88888888 66666666
  99999999 12341234 12344321 11223344 123123123 123321123 147258369 123654789 789456123 159357159 31415926 19841984 20202020
  password password1 password12 password123 password1234 passw0rd passw0rd1 p@ssw0rd p@ssword pa$$word passwort passwort1 motdepasse
  qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwer1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 zaq12wsx qazwsxedc
  q1w2e3r4 q1w2e3r4t5 asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 1234qwer qweasdzxc qweqweqwe asdasdasd
  abcd1234 abc12345 abc123456 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaaaaaa abcdefgh abcdefghi 1234abcd 123abc123 q1234567
  iloveyou iloveyou1 iloveyou2 sunshine princess football baseball superman trustno1 starwars whatever computer internet welcome1
  welcome123 letmein1 letmein123 changeme changeme1 changeme123 admin123 admin1234 administrator root1234 test1234 testtest guest123
  michelle jennifer charlie1 jordan23 liverpool chocolate butterfly pokemon1 minecraft samsung1 google123 facebook dragon123
  monkey123 shadow12 master12 killer12 freedom1 mustang1 corvette maverick
  woaini123 woaini520 woaini1314 woaiwojia 5201314520 520131400 a5201314 woaini1314520 wang1234 zhang123 nihao123 mima1234 mimashi123
  menshen1 menshen123`.split(/\s+/),
)
