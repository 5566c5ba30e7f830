/** Exact below two minutes: people count those down. */
const waitOf = (seconds: number): string => {
  if (seconds === 1) return '1 second'
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
}

/** Every phrase of the pages. A page's error has a title and a message; a hint speaks to the developer of the app. */
export const en = {
  layout: {
    brand: 'Menshen',
    language: 'Language',
    errorTitle: (title: string) => `Error: ${title}`,
    backTo: (app: string) => `Go back to ${app}`,
    home: 'Go to the start page',
  },
  signIn: {
    title: 'Sign in',
    continueTo: (app: string) => `Sign in to continue to ${app}`,
    username: 'User name, email or phone number',
    password: 'Password',
    remember: 'Keep me signed in',
    rememberHint: 'Only on a device that is yours alone.',
    newHere: 'New here?',
    passwordStaysHere: (app: string) => `${app} never sees your password.`,
    submit: 'Sign in',
    cancel: (app: string) => `Cancel and go back to ${app}`,
  },
  signUp: {
    title: 'Create an account',
    titleFor: (app: string) => `Create an account to continue to ${app}`,
    username: 'User name',
    usernameHint: 'You sign in with it, and others may see it.',
    name: 'Name',
    email: 'Email',
    optional: '(optional)',
    passwordHint: '8 characters or more. A few words that you alone would put together are best.',
    submit: 'Create account',
    haveOne: 'Already have an account?',
    mend: 'Please check these fields, and type your password again:',
    faults: {
      username: {
        unreadable: 'Choose a user name of 1 to 64 visible characters.',
        email: 'A user name can’t contain @.',
        phone: 'A user name can’t look like a phone number.',
        taken: 'This user name is taken. Choose another one, or sign in if it is yours.',
      },
      name: { malformed: 'Use at most 200 characters for your name, on one line.' },
      email: { malformed: 'This is not an email address. It should look like name@example.com.' },
      password: {
        short: 'Use 8 characters or more for your password.',
        long: 'Use at most 256 characters for your password.',
        isUsername: 'Your password can’t be your user name.',
        common: 'Many people use this password, so it is guessed first. Choose another one.',
      },
    },
  },
  welcome: {
    title: 'One account for all your apps',
    message: 'Apps that work with Menshen send you here to sign in. You need one account only, and it is kept in one place.',
  },
  signedIn: {
    title: 'You are signed in',
    message: 'Apps that work with Menshen let you in without asking for your password again.',
    others: 'Also signed in in this browser',
  },
  signOut: {
    title: 'Sign out',
    question: 'Sign out?',
    questionOfSeveral: 'Who should be signed out?',
    message: 'Apps in which you signed in through Menshen lose their access, unless you allowed them to stay connected.',
    all: 'Sign out everybody',
    stay: 'Stay signed in',
    asker: (app: string) => `${app} asks to sign you out.`,
    faults: {
      id_token_hint: 'The app that sent you here did not show who is to be signed out. Nobody has been signed out yet.',
      client_id: 'The app that sent you here is not registered with us. Nobody has been signed out yet.',
      post_logout_redirect_uri:
        'The app wants you to go on to an address that it has not registered, so you will stay here. Nobody has been signed out yet.',
      someone_else: 'The app that sent you here asks to sign out somebody else. Nobody has been signed out yet.',
    },
  },
  signedOut: {
    title: 'You are signed out',
    message: 'Nobody is signed in in this browser any more. On a shared device, close its windows, too.',
    again: 'Sign in again',
    person: (name: string) => `${name} is signed out`,
    apps: 'Signed out of',
    connected: 'Still connected, as you allowed',
    others: 'Still signed in in this browser',
    home: 'To your account',
    onward: 'Go on',
  },
  account: {
    title: 'Devices and apps',
    others: 'Show the account of:',
    devices: 'Where you are signed in',
    thisDevice: 'This device',
    browserOn: (browser: string, system: string) => `${browser} on ${system}`,
    appOn: (app: string, system: string) => `${app} on ${system}`,
    unknownDevice: 'Unknown browser',
    justNow: 'just now',
    lastSeen: 'Last used',
    firstSeen: 'Signed in',
    address: 'Address',
    endDevice: 'Sign out',
    endDeviceOf: (device: string) => `Sign out: ${device}`,
    endOthers: 'Sign out everywhere else',
    endingNote: 'Signing out here also ends apps that stay connected from that device.',
    apps: 'Apps with access',
    noApps: 'No app has access to your account.',
    since: 'Since',
    ours: 'One of our own apps: it has access again as soon as you sign in there.',
    withdraw: 'Withdraw access',
    withdrawOf: (app: string) => `Withdraw access: ${app}`,
    done: {
      device: 'The device is signed out, and its apps have lost access.',
      others: 'You are signed out everywhere but here.',
      app: 'The app has lost access to your account.',
    },
  },
  consent: {
    title: (app: string) => `Allow ${app} to use your account?`,
    signedInAs: 'Signed in as',
    notYou: 'Not you? Switch account',
    wantsTo: (app: string) => `${app} wants to:`,
    nowWantsTo: (app: string) => `${app} now also wants to:`,
    agreedBefore: 'You have already allowed it to:',
    passwordStaysHere: (app: string) => `${app} does not get your password.`,
    returnsTo: 'Whatever you choose, you then go to',
    allow: 'Allow',
    deny: 'Don’t allow',
  },
  continueAs: {
    title: (person: string) => `Continue as ${person}?`,
    message: (app: string) =>
      `${app} on this device wants to use your account. Continue only if you have just started signing in there.`,
    submit: 'Continue',
    cancel: 'Cancel',
  },
  chooseAccount: {
    title: (app: string) => `Choose an account to continue to ${app}`,
    other: 'Use another account',
  },
  formPost: {
    title: (app: string) => `Going back to ${app}`,
    message: 'If nothing happens, press the button.',
    submit: 'Continue',
  },
  scopes: {
    openid: 'Know who you are',
    profile: 'See your name, picture and other basic details',
    email: 'See your email address',
    phone: 'See your phone number',
    address: 'See your postal address',
    offline_access: 'Stay connected while you are away',
    'user:read': 'See your member profile',
    'user:write': 'Change your member profile',
    'user:list': 'Look up other members',
    'project:read': 'See your projects and their tasks',
    'project:write': 'Create and change projects and tasks for you',
    'learning:read': 'See your courses and progress',
    'learning:write': 'Update your courses and progress',
  },
  claims: {
    name: 'See your full name',
    family_name: 'See your family name',
    given_name: 'See your given name',
    middle_name: 'See your middle name',
    nickname: 'See your nickname',
    preferred_username: 'See your user name',
    profile: 'See the address of your profile page',
    picture: 'See your picture',
    website: 'See the address of your website',
    gender: 'See your gender',
    birthdate: 'See your date of birth',
    zoneinfo: 'See your time zone',
    locale: 'See the language you prefer',
    updated_at: 'See when your details last changed',
    email: 'See your email address',
    email_verified: 'See whether your email address is confirmed',
    address: 'See your postal address',
    phone_number: 'See your phone number',
    phone_number_verified: 'See whether your phone number is confirmed',
  },
  error: {
    details: 'Technical details',
    requestId: 'Request ID',
    clientId: 'Client ID (client_id)',
    redirectUri: 'Return address it sent (redirect_uri)',
    reason: 'Reason',
  },
  errors: {
    wrongPassword: 'The name or the password is not right. Check both and try again.',
    tooManyTries: (seconds: number) => `Too many tries. Wait ${waitOf(seconds)} and try again.`,
    tooBusy: {
      title: 'The server is busy',
      message: 'Too many people are signing in right now. Wait a few seconds and try again.',
    },
    csrf: {
      title: 'That could not be sent',
      message: 'This page was open for too long, or cookies are turned off. Please try again.',
    },
    expired: {
      title: 'This page waited too long',
      message: 'To keep your account safe, a sign-in page only works for a while. Go back to the app and start again.',
    },
    missingCookies: {
      title: 'Your browser sent no cookie',
      message:
        'Signing in needs cookies. Allow them for this site (private windows may block them), then go back to the app and start again in this browser.',
    },
    unknownClient: {
      title: 'We don’t know this app',
      message:
        'The app that sent you here is not registered with us, so you can’t sign in to it. Check the link you followed, or ask the people who run the app.',
      hint: 'Is this your app? Register it here first, then send exactly the client ID it was given.',
    },
    redirectMismatch: {
      title: 'This app’s return address is not registered',
      message:
        'The app asked to send you to an address it has not registered. To protect your account, we stopped here. Please tell the people who run the app.',
      hint: 'Is this your app? The address it sends must be registered exactly: same scheme, host, port and path, down to the last slash.',
    },
    invalidRequest: {
      title: 'The app’s request has a mistake',
      message:
        'The app sent a request that we can’t use. Go back and try again; if it happens again, tell the people who run the app.',
      hint: 'Is this your app? The reason below says what to change.',
    },
    notFound: {
      title: 'Page not found',
      message: 'There is nothing at this address. Check it for typing mistakes, or go back to the app you came from.',
    },
    serverError: {
      title: 'Something went wrong on our side',
      message: 'You did nothing wrong. Try again in a moment. If it keeps happening, give support the request ID below.',
    },
  },
}

/** What every language has to say. */
export type Phrases = typeof en
