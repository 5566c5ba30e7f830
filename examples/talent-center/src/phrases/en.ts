import type { FailureKind } from '@menshen/login'

/** A number with its word. */
const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

const duration = (minutes: number) => {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)]
  return hours === 0 ? `${rest}\u00a0min` : `${hours}\u00a0h\u00a0${rest}\u00a0min`
}

/** What the pages say in English; the type of every other language. */
export const en = {
  brand: 'Talent Centre',
  skip: 'To the content',
  language: 'Language',
  account: 'Your Menshen account',
  projectCenter: 'Project Centre',
  signIn: 'Sign in with Menshen',
  signOut: 'Sign out',
  nav: { label: 'Talent centre', home: 'Overview', profile: 'Profile', learning: 'Learning' },
  duration,
  welcome: {
    title: 'What you can, and what you learn.',
    lead: 'Your profile and your courses in one calm place, with the sign-in you already have.',
    points: [
      'A profile that says what you do, shown to whom you choose',
      'Your courses, lesson by lesson, and where to carry on',
      'Signed in to another module? Then you are in here too',
    ],
    hint: 'You type your password at Menshen alone, never here.',
  },
  home: {
    hello: (name: string | undefined) => (name === undefined ? 'Welcome back' : `Hello, ${name}`),
    noHeadline: 'You have not said yet what you do.',
    write: 'Write your profile',
    see: 'See your profile',
    seenBy: (whom: string) => `Who sees it: ${whom}`,
    carryOn: 'Carry on learning',
    next: (title: string) => `Next: ${title}`,
    done: 'All lessons are finished.',
    open: 'Open the course',
    nothing: 'Nothing begun yet.',
    browse: 'Look at the courses',
    missing: 'This can’t be fetched right now. Please try again in a moment.',
  },
  numbers: {
    title: 'So far',
    lessons: 'lessons finished',
    videos: 'videos finished',
    time: 'time learnt',
    streak: 'in a row',
    days: (count: number) => counted(count, 'day', 'days'),
  },
  profile: {
    title: 'Your profile',
    edit: 'Edit',
    saved: 'Saved.',
    empty: 'Nothing here yet. A line about what you do is a good start.',
    about: 'About you',
    skills: 'Skills',
    links: 'Links',
    seenBy: 'Who sees it',
    account: 'From your account',
    accountHint: 'Name and e-mail address belong to your account and are changed there, for all modules at once.',
    name: 'Name',
    username: 'User name',
    email: 'E-mail',
  },
  visibility: {
    public: { name: 'Everybody', about: 'Also partner sites may read it.' },
    suite: { name: 'Signed-in people', about: 'Those who use this suite, and no one else.' },
    private: { name: 'Only you', about: 'Nobody else sees your profile.' },
  },
  edit: {
    title: 'Edit your profile',
    headline: 'What you do, in one line',
    headlineHint: 'At most 120 characters.',
    bio: 'About you',
    bioHint: 'At most 2000 characters.',
    skills: 'Skills',
    skillsHint: 'With commas between them: at most 30, of 50 characters each.',
    links: 'Links',
    linksHint: 'Each on a line of its own, beginning with https://. At most 10.',
    visibility: 'Who sees it',
    save: 'Save',
    saveOver: 'Save mine instead',
    cancel: 'Cancel',
    discard: 'Keep what is saved',
    savedNow: 'Saved now',
    empty: '(empty)',
    faults: {
      headline: 'This must be one line of at most 120 characters.',
      bio: 'This must be at most 2000 characters.',
      skills: 'At most 30 skills, each of at most 50 characters.',
      links: 'At most 10 plain web addresses, such as https://alice.example.',
      visibility: 'Please choose one.',
    },
    notices: {
      signedInAgain: 'You had been signed out meanwhile. Nothing you typed is lost: look it over and save it.',
      refused: 'Not saved yet: please mend what is marked.',
      conflict:
        'Your profile was changed in another window meanwhile. Nothing you typed is lost; below each field that differs you see what is saved now.',
      unreachable: 'It can’t be saved right now. Nothing you typed is lost: please try again in a moment.',
    },
  },
  learning: {
    title: 'Learning',
    courses: 'Courses',
    history: 'What you learnt, day by day',
    contents: (lessons: number, videos: number) =>
      `${counted(lessons, 'lesson', 'lessons')}, ${counted(videos, 'video', 'videos')}`,
    finished: (finished: number, total: number) => (finished === total ? 'Finished' : `${finished} of ${total} finished`),
    notBegun: 'Not begun',
    more: 'More courses',
    levels: { beginner: 'For beginners', intermediate: 'Intermediate', advanced: 'Advanced' } as Record<string, string>,
  },
  course: {
    all: 'All courses',
    contents: 'Contents',
    kinds: { lesson: 'Lesson', video: 'Video' },
    finishedOn: (day: string) => `Finished on ${day}`,
    stoppedAt: (at: string) => `Stopped at ${at}`,
    notBegun: 'Not begun',
    next: 'Next',
  },
  history: {
    title: 'What you learnt',
    empty: 'Nothing yet. It will stand here, day by day.',
    finished: 'finished',
    begun: 'begun',
    older: 'Older',
    newest: 'To the newest',
  },
  failures: {
    refused: { title: 'You said no, and that is fine.', text: 'You can sign in whenever you like.', retry: true },
    stale: {
      title: 'This sign-in is no longer valid.',
      text: 'It took too long, was finished before, or did not begin in this browser. Please start again.',
      retry: true,
    },
    foreign: {
      title: 'Nothing was done.',
      text: 'This request came from another site. Please use the buttons here.',
      retry: false,
    },
    notFound: { title: 'There is no such page.', text: 'It may have moved. The overview is a good start.', retry: false },
    tooLong: { title: 'That is too much text.', text: 'Nothing was saved. Please go back and shorten it.', retry: false },
    misconfigured: {
      title: 'The talent centre is not let in right now.',
      text: 'You can’t mend this. Please tell its support the code below.',
      retry: false,
    },
    unreachable: {
      title: 'This can’t be reached right now.',
      text: 'Something that the talent centre needs does not answer. Please try again in a minute.',
      retry: false,
    },
    unexpected: {
      title: 'Something went wrong here.',
      text: 'It has been noted. Please try again; if it stays, tell our support.',
      retry: false,
    },
  } satisfies Record<FailureKind, { title: string; text: string; retry: boolean }>,
  code: 'Code',
  toHome: 'To the overview',
}
